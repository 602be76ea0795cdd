package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/tunerbinary"
)

// newTunerBinary returns "dualarch tuner-binary".
func newTunerBinary() *cobra.Command {
	var file, arch string
	command := &cobra.Command{
		Use:   "tuner-binary [-o FILE]",
		Short: "Build the tuner once, for syntheses that cannot",
		Long: `Builds the tuner's Lambda function and writes it to a file, which synthesis takes in the
place of building it: by the property TunerBinary of PowerTuningProps, or by the
environment variable ` + tunerbinary.Env + `. The file belongs to this version of
dualarch; an app with another one refuses it.

FILE ends in .zip, or is a folder's file named bootstrap; then the folder is what
synthesis takes. Building needs Go and a module proxy.`,
		Example: `  dualarch tuner-binary -o tuner.zip
  ` + tunerbinary.Env + `=tuner.zip cdk synth`,
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(command *cobra.Command, _ []string) error {
			architecture, err := binarch.ParseArchitecture(arch)
			if err != nil {
				return fmt.Errorf("--arch %q is not an architecture of Lambda; give arm64 or x86_64", arch)
			}
			if err := tunerbinary.Write(file, architecture.GoName()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "%s: the tuner of dualarch %s for %s\n", file, tunerbinary.Version(), arch)
			return err
		},
	}
	command.Flags().StringVarP(&file, "output", "o", "tuner.zip", "the file to write")
	command.Flags().StringVar(&arch, "arch", string(binarch.Arm64), "the architecture that the tuner runs on, TunerArchitecture: arm64 or x86_64")
	return command
}
