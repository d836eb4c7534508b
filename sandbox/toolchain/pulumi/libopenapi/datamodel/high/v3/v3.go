// Package v3 has the documents of what is never read.
package v3

import (
	"github.com/pb33f/libopenapi/datamodel/high/base"
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Document is never read.
type Document struct {
	Info       *base.Info
	Components *Components
	Paths      *Paths
}

// Components are never read.
type Components struct {
	Schemas *orderedmap.Map[string, *base.SchemaProxy]
}

// Paths are never read.
type Paths struct {
	PathItems *orderedmap.Map[string, *PathItem]
}

// PathItem is never read.
type PathItem struct {
	Get, Post, Put, Delete, Patch, Head *Operation
}

// Operation is never read.
type Operation struct {
	OperationId, Summary, Description string //nolint:revive // the library's name
	Tags                              []string
	Parameters                        []*Parameter
	RequestBody                       *RequestBody
	Responses                         *Responses
	Deprecated                        *bool
	Extensions                        *orderedmap.Map[string, *yaml.Node]
}

// Parameter is never read.
type Parameter struct {
	Name, In, Description string
	Required              *bool
	Schema                *base.SchemaProxy
}

// RequestBody is never read.
type RequestBody struct {
	Content *orderedmap.Map[string, *MediaType]
}

// Responses are never read.
type Responses struct {
	Codes   *orderedmap.Map[string, *Response]
	Default *Response
}

// Response is never read.
type Response struct {
	Description string
	Content     *orderedmap.Map[string, *MediaType]
}

// MediaType is never read.
type MediaType struct {
	Schema *base.SchemaProxy
}
