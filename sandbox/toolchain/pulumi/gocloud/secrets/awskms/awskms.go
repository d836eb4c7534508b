// Package awskms stands in for the driver of awskms://, which is then a scheme that nobody knows.
package awskms
