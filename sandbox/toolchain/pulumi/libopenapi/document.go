// Package libopenapi stands in for the library of this name: a quarter of what compiling Pulumi is, for the one command
// `pulumi api`, which the sandbox has no use for. It has what that command is compiled with, and reads nothing.
package libopenapi

import (
	"errors"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Document is never made.
type Document interface {
	BuildV3Model() (*DocumentModel, error)
}

// DocumentModel is never made.
type DocumentModel struct {
	Model v3.Document
}

// NewDocument says that it reads none.
func NewDocument([]byte) (Document, error) {
	return nil, errors.New("the sandbox's Pulumi has no `pulumi api`: install Pulumi")
}
