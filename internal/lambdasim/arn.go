package lambdasim

import "strings"

// parseFunctionName takes a name, a partial ARN (account:function:name) or an ARN, each with or
// without a qualifier, apart.
func (s *Simulator) parseFunctionName(given string) (name, qualifier string, err *APIError) {
	parts := strings.Split(given, ":")
	account := s.options.Account
	switch {
	case parts[0] == "arn":
		if len(parts) < 7 || parts[2] != "lambda" || parts[5] != "function" {
			return "", "", invalid("Invalid function ARN: %s", given)
		}
		if parts[3] != s.options.Region {
			return "", "", notFound("Functions from '%s' are not reachable in this region ('%s')", parts[3], s.options.Region)
		}
		account, parts = parts[4], parts[6:]
	case len(parts) >= 3 && parts[1] == "function":
		account, parts = parts[0], parts[2:]
	}
	if len(parts) > 2 || parts[0] == "" {
		return "", "", invalid("Invalid function name: %s", given)
	}
	if account != s.options.Account {
		return "", "", &APIError{Status: 403, Code: "AccessDeniedException", Message: "Cross-account access is not allowed: " + given}
	}
	if len(parts) == 2 {
		qualifier = parts[1]
	}
	return parts[0], qualifier, nil
}

func isNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func qualified(arn, qualifier string) string {
	if qualifier == "" {
		return arn
	}
	return arn + ":" + qualifier
}
