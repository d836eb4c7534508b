// Package zxcvbn stands in for what tells `pulumi env set` how much a value looks like a password. Its dictionaries were read
// at each start of each command.
package zxcvbn

// Strength says nothing.
type Strength struct {
	Entropy float64
}

// PasswordStrength tells nothing: `pulumi env` needs Pulumi Cloud, and the sandbox's has no environments.
func PasswordStrength(string, []string) Strength { return Strength{} }
