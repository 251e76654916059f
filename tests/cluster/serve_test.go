//go:build serve

package cluster

// A cluster for whoever asks: the benchmark. With the build tag serve this one
// "test" prints where the cluster is and obeys its standard input, a word a
// line, until that ends: kill (the API server, at once), start, ready (waits).

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

func TestServe(t *testing.T) {
	where, _ := json.Marshal(map[string]any{"dir": shared.dir, "port": shared.port,
		"kubeconfig": shared.kubeconfig(t, "admin"), "pid": shared.api.Process.Pid})
	fmt.Printf("serving %s\n", where)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var err error
		switch in.Text() {
		case "kill":
			shared.killAPI()
		case "start":
			err = shared.startAPI()
		case "ready":
			err = shared.waitReady()
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("done", in.Text())
	}
}
