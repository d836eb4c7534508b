// Package gcsblob stands in for the driver of gs://: it has what Pulumi is compiled with, and opens nothing.
package gcsblob

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/blob"
	"gocloud.dev/gcp"
)

// Scheme of the URLs that would be opened.
const Scheme = "gs"

func init() { blob.DefaultURLMux().RegisterBucket(Scheme, &URLOpener{}) }

// Options are not read.
type Options struct {
	GoogleAccessID string
	PrivateKey     []byte
}

// URLOpener opens nothing.
type URLOpener struct {
	Client  *gcp.HTTPClient
	Options Options
}

// OpenBucketURL says what to do instead.
func (*URLOpener) OpenBucketURL(context.Context, *url.URL) (*blob.Bucket, error) {
	return nil, errors.New("the sandbox's Pulumi knows no gs://: install Pulumi")
}
