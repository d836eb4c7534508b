// Package hashivault stands in for the driver of hashivault://, which is then a scheme that nobody knows.
package hashivault
