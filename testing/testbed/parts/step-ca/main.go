// step-ca as a CA for tests: its library with nothing but what a configuration file, a DNS server of one's own and a port
// other than 80 need.
package main

import (
	"context"
	"flag"
	"log"
	"net"

	"github.com/smallstep/certificates/acme"
	"github.com/smallstep/certificates/authority/config"
	"github.com/smallstep/certificates/ca"
)

func main() {
	file := flag.String("config", "", "configuration of step-ca")
	resolver := flag.String("resolver", "", "address:port of the DNS server to ask")
	http01 := flag.Int("http-01-port", 80, "where http-01 answers are looked for")
	flag.Parse()

	acme.InsecurePortHTTP01 = *http01
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, *resolver)
		},
	}
	settings, err := config.LoadConfiguration(*file)
	if err != nil {
		log.Fatal(err)
	}
	server, err := ca.New(settings)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(server.Run())
}
