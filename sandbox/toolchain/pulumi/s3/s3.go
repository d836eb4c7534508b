// Package s3 stands in for the client of S3: it has what Pulumi is compiled with.
package s3

// CopyObjectInput is never made.
type CopyObjectInput struct {
	CopySource *string
}
