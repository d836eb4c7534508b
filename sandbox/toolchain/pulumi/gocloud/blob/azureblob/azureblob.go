// Package azureblob stands in for the driver of azblob://: it has what Pulumi is compiled with, and opens nothing.
package azureblob

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/blob"
)

// Scheme of the URLs that would be opened.
const Scheme = "azblob"

func init() { blob.DefaultURLMux().RegisterBucket(Scheme, &URLOpener{}) }

// ServiceURLOptions says nothing.
type ServiceURLOptions struct{}

// NewDefaultServiceURLOptions says nothing.
func NewDefaultServiceURLOptions() *ServiceURLOptions { return &ServiceURLOptions{} }

// NewDefaultClient is never called.
func NewDefaultClient() {}

// URLOpener opens nothing.
type URLOpener struct {
	MakeClient        func()
	ServiceURLOptions ServiceURLOptions
}

// OpenBucketURL says what to do instead.
func (*URLOpener) OpenBucketURL(context.Context, *url.URL) (*blob.Bucket, error) {
	return nil, errors.New("the sandbox's Pulumi knows no azblob://: install Pulumi")
}
