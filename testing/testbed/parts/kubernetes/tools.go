//go:build tools

// Package parts pins the API server of Kubernetes and its database: go.sum holds their checksums.
package parts

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
