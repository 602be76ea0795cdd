#!/usr/bin/env bash
# Prints every package of the module with the first sentence of its documentation and the module's packages that it
# imports.
set -euo pipefail
cd "$(dirname "$0")/.."

module=$(go list -m)
go list -f '{{.ImportPath}}{{"\t"}}{{.Doc}}{{"\t"}}{{join .Imports " "}}' ./... |
  awk -F '\t' -v module="$module" '{
    name = $1; sub(module "/?", "", name)
    imports = ""
    count = split($3, all, " ")
    for (i = 1; i <= count; i++) if (index(all[i], module "/") == 1) imports = imports " " substr(all[i], length(module) + 2)
    printf "%s\n    %s\n", (name == "" ? "." : name), $2
    if (imports != "") printf "    imports%s\n", imports
  }'
