//go:build tools

// Package parts pins the programs that the testbed builds from source: go.sum holds their checksums.
package parts

import (
	_ "github.com/letsencrypt/pebble/v2/cmd/pebble"
	_ "github.com/letsencrypt/pebble/v2/cmd/pebble-challtestsrv"
)
