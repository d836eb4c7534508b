// Package storage stands in for the client of Google Cloud Storage: it has what Pulumi is compiled with.
package storage

// ScopeReadWrite is asked for by nobody.
const ScopeReadWrite = "https://www.googleapis.com/auth/devstorage.read_write"
