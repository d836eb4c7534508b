// Package base has the schemas of what is never read.
package base

import (
	"errors"

	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Schema is never read.
type Schema struct {
	Type, Required               []string
	Description, Format, Pattern string
	OneOf, AnyOf, AllOf          []*SchemaProxy
	Properties                   *orderedmap.Map[string, *SchemaProxy]
	Items, AdditionalProperties  *DynamicValue
	Discriminator                *Discriminator
	Enum                         []*yaml.Node
	Default                      *yaml.Node
	Extensions                   *orderedmap.Map[string, *yaml.Node]
	Nullable, ReadOnly           *bool
	MinLength, MaxLength         *int64
	Minimum, Maximum, MultipleOf *float64
}

// GoLow has nothing below.
func (*Schema) GoLow() *Low { return nil }

// MarshalJSONInline writes nothing.
func (*Schema) MarshalJSONInline() ([]byte, error) { return nil, errors.ErrUnsupported }

// Low is never there.
type Low struct{}

// Hash is 0.
func (*Low) Hash() uint64 { return 0 }

// SchemaProxy leads to no schema.
type SchemaProxy struct{}

// Schema is none.
func (*SchemaProxy) Schema() *Schema { return nil }

// DynamicValue is never read.
type DynamicValue struct {
	A *SchemaProxy
}

// IsA says no.
func (*DynamicValue) IsA() bool { return false }

// Discriminator is never read.
type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}

// Info is never read.
type Info struct {
	Version string
}
