// Package gcpkms stands in for the driver of gcpkms://: it has what Pulumi is compiled with, and opens nothing.
package gcpkms

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/gcp"
	"gocloud.dev/secrets"
)

// Scheme of the URLs that would be opened.
const Scheme = "gcpkms"

var errNone = errors.New("the sandbox's Pulumi knows no gcpkms://: install Pulumi")

// Client is never made.
type Client struct{}

// Dial says what to do instead.
func Dial(context.Context, gcp.TokenSource) (*Client, func(), error) { return nil, nil, errNone }

// URLOpener opens nothing.
type URLOpener struct {
	Client *Client
}

// OpenKeeperURL says what to do instead.
func (*URLOpener) OpenKeeperURL(context.Context, *url.URL) (*secrets.Keeper, error) {
	return nil, errNone
}
