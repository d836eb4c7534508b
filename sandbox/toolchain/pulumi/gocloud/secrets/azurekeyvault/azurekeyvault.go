// Package azurekeyvault stands in for the driver of azurekeyvault://, which is then a scheme that nobody knows.
package azurekeyvault
