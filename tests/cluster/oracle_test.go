package cluster

// What is true, from below the API server: etcd's own history of the objects,
// each revision of which is an object's resourceVersion, and what a stream of
// crwatch's events is measured by.

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// revision is one step of an object's life.
type revision struct {
	rv   int64
	uid  string // "": it was deleted
	seen bool
}

// version is an object as it is now.
type version struct {
	uid string
	rv  int64
}

// oracle follows a group's objects; a key is "plural/namespace/name".
type oracle struct {
	url    string
	prefix string

	mu      sync.Mutex
	history map[string][]revision
	state   map[string]version
	changes int
	err     error
}

type etcdKV struct {
	Key         string
	Value       string
	ModRevision int64 `json:"mod_revision,string"`
}

func (o *oracle) call(path string, body any) (io.ReadCloser, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	resp, err := http.Post(o.url+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		return nil, fmt.Errorf("etcd %s: %d %s", path, resp.StatusCode, text)
	}
	return resp.Body, nil
}

func (o *oracle) bounds() map[string]any {
	b64 := base64.StdEncoding.EncodeToString
	end := []byte(o.prefix)
	end[len(end)-1]++
	return map[string]any{"key": b64([]byte(o.prefix)), "range_end": b64(end)}
}

func (o *oracle) read(kv *etcdKV) (key, uid string, err error) {
	name, err := base64.StdEncoding.DecodeString(kv.Key)
	if err != nil {
		return "", "", err
	}
	key = strings.TrimPrefix(string(name), o.prefix)
	if kv.Value == "" {
		return key, "", nil
	}
	text, err := base64.StdEncoding.DecodeString(kv.Value)
	if err != nil {
		return "", "", err
	}
	var object struct{ Metadata struct{ UID string } }
	err = json.Unmarshal(text, &object)
	return key, object.Metadata.UID, err
}

// startOracle follows the group from its first object on.
func startOracle(t testing.TB, s *server, group string) *oracle {
	t.Helper()
	o := &oracle{url: s.etcdURL, prefix: "/registry/" + group + "/",
		history: map[string][]revision{}, state: map[string]version{}}
	body, err := o.call("/v3/watch", map[string]any{"create_request": o.bounds()})
	if err != nil {
		t.Fatal(err)
	}
	in := json.NewDecoder(body)
	var created struct{ Result struct{ Created bool } }
	if err := in.Decode(&created); err != nil || !created.Result.Created {
		t.Fatalf("etcd's watch: %v %+v", err, created)
	}
	t.Cleanup(func() { body.Close() })
	go o.follow(in)
	return o
}

func (o *oracle) follow(in *json.Decoder) {
	for {
		var answer struct {
			Result struct {
				Canceled bool
				Events   []struct {
					Type string
					KV   etcdKV
				}
			}
		}
		err := in.Decode(&answer)
		if err == nil && answer.Result.Canceled {
			err = fmt.Errorf("etcd ended the watch")
		}
		o.mu.Lock()
		for i := range answer.Result.Events {
			if e := o.take(&answer.Result.Events[i].KV); e != nil {
				err = e
			}
		}
		o.err = err
		o.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (o *oracle) take(kv *etcdKV) error {
	key, uid, err := o.read(kv)
	if err != nil {
		return err
	}
	o.changes++
	o.history[key] = append(o.history[key], revision{rv: kv.ModRevision, uid: uid})
	if uid == "" {
		delete(o.state, key)
	} else {
		o.state[key] = version{uid, kv.ModRevision}
	}
	return nil
}

// now is what etcd has at this moment, and its revision.
func (o *oracle) now() (map[string]version, int64, error) {
	body, err := o.call("/v3/kv/range", o.bounds())
	if err != nil {
		return nil, 0, err
	}
	defer body.Close()
	var answer struct {
		Header struct {
			Revision int64 `json:",string"`
		}
		KVs []etcdKV
	}
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, 0, err
	}
	state := map[string]version{}
	for i := range answer.KVs {
		key, uid, err := o.read(&answer.KVs[i])
		if err != nil {
			return nil, 0, err
		}
		state[key] = version{uid, answer.KVs[i].ModRevision}
	}
	return state, answer.Header.Revision, nil
}

// compact makes etcd forget all that is not the newest.
func (o *oracle) compact() error {
	_, revision, err := o.now()
	if err != nil {
		return err
	}
	body, err := o.call("/v3/kv/compaction", map[string]any{"revision": strconv.FormatInt(revision, 10)})
	if err == nil {
		body.Close()
	}
	return err
}

// settled waits until all of etcd's history so far was read and is the newest state.
func (o *oracle) settled(t testing.TB) map[string]version {
	t.Helper()
	var truth map[string]version
	eventually(t, 20*time.Second, "etcd's history is read", func() bool {
		now, _, err := o.now()
		if err != nil {
			t.Fatal(err)
		}
		truth = now
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.err != nil {
			t.Fatal(o.err)
		}
		return maps.Equal(now, o.state)
	})
	return truth
}

// ---- what crwatch says ----

// told is what crwatch has said of one object.
type told struct {
	at      int // the last revision it named, an index of the object's history
	relists int // of the kind until then
	swept   bool
}

// replay holds a stream of events against the history.
type replay struct {
	plural  map[string]string // by kind
	state   map[string]version
	objects map[string]*told
	relists map[string]int // by plural
	events  int
	hidden  int // short lives between two looks
	wrong   []string
}

func newReplay(plural map[string]string) *replay {
	return &replay{plural: plural, state: map[string]version{}, objects: map[string]*told{}, relists: map[string]int{}}
}

func (r *replay) complain(format string, args ...any) {
	if len(r.wrong) < 20 {
		r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
	}
}

// apply does what the event says, and looks at what needs no history.
func (r *replay) apply(e *event) {
	plural := r.plural[e.Kind]
	key := plural + "/" + e.Namespace + "/" + e.Name
	was, there := r.state[key]
	rv, err := strconv.ParseInt(e.ResourceVersion, 10, 64)
	if e.Type == "RELIST" {
		return
	}
	r.events++
	switch {
	case plural == "" || err != nil:
		r.complain("unreadable: %+v", e)
	case e.Type == "ADDED" && there:
		r.complain("%s is ADDED at %d and was there at %d", key, rv, was.rv)
	case e.Type != "ADDED" && !there:
		r.complain("%s is %s at %d and was not there", key, e.Type, rv)
	case e.Type != "ADDED" && was.uid != e.UID:
		r.complain("%s is %s at %d as %s and was %s", key, e.Type, rv, e.UID, was.uid)
	case e.Type == "MODIFIED" && rv <= was.rv, e.Type == "DELETED" && rv < was.rv:
		r.complain("%s goes back from %d to %d", key, was.rv, rv)
	}
	if e.Type == "DELETED" {
		delete(r.state, key)
	} else {
		r.state[key] = version{e.UID, rv}
	}
}

// check holds an applied event against the history; all of it must be known.
func (r *replay) check(e *event, o *oracle) {
	plural := r.plural[e.Kind]
	if e.Type == "RELIST" {
		r.relists[plural]++
		return
	}
	key := plural + "/" + e.Namespace + "/" + e.Name
	rv, _ := strconv.ParseInt(e.ResourceVersion, 10, 64)
	history := o.history[key]
	object := r.objects[key]
	if object == nil {
		object = &told{at: -1}
		r.objects[key] = object
	}
	at := object.at + 1
	for at < len(history) && history[at].rv < rv {
		at++
	}
	swept := false
	switch {
	case e.Type == "DELETED" && object.at >= 0 && history[object.at].rv == rv && history[object.at].uid != "":
		/* Found by a list, which does not say when it was. */
		at, swept = object.at, true
		if r.relists[plural] == 0 {
			r.complain("%s is DELETED at its own version %d without a list", key, rv)
		}
	case at == len(history) || history[at].rv != rv:
		r.complain("%s %s at %d: the server never had that", e.Type, key, rv)
		return
	case (e.Type == "DELETED") != (history[at].uid == "") || e.Type != "DELETED" && history[at].uid != e.UID:
		r.complain("%s %s at %d as %s: the server had %+v", e.Type, key, rv, e.UID, history[at])
	case at > object.at+1 && object.relists == r.relists[plural] && !object.swept:
		/* A life that began and ended between two looks leaves no trace. */
		if history[at-1].uid == "" && (object.at < 0 || history[object.at].uid == "") {
			r.hidden++
		} else {
			r.complain("%s %s at %d: lost without a list %+v", e.Type, key, rv, history[object.at+1:at])
		}
	}
	*object = told{at, r.relists[plural], swept}
}
