// twin does what crwatch's caches do with client-go: a dynamic informer for the
// kind of every CRD, streaming lists on. It prints "synced SECONDS OBJECTS" once
// all have synced, then "events N" a second while some arrive, and ends with its
// standard input.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "twin:", err)
		os.Exit(1)
	}
}

func resources(ctx context.Context, client dynamic.Interface) []schema.GroupVersionResource {
	crds := schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	list, err := client.Resource(crds).List(ctx, metav1.ListOptions{})
	fail(err)
	var found []schema.GroupVersionResource
	for _, crd := range list.Items {
		group, _, _ := unstructured.NestedString(crd.Object, "spec", "group")
		plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
		versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
		version := versions[0].(map[string]any)["name"].(string)
		found = append(found, schema.GroupVersionResource{Group: group, Version: version, Resource: plural})
	}
	return found
}

func main() {
	start := time.Now()
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	fail(err)
	config.QPS = -1
	client, err := dynamic.NewForConfig(config)
	fail(err)
	ctx := context.Background()
	factory := dynamicinformer.NewDynamicSharedInformerFactory(client, 0)
	var objects, events atomic.Int64
	var informers []cache.SharedIndexInformer
	for _, gvr := range resources(ctx, client) {
		informer := factory.ForResource(gvr).Informer()
		informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { objects.Add(1) },
			UpdateFunc: func(any, any) { events.Add(1) },
		})
		informers = append(informers, informer)
	}
	factory.Start(ctx.Done())
	for _, informer := range informers {
		cache.WaitForCacheSync(ctx.Done(), informer.HasSynced)
	}
	count := 0
	for _, informer := range informers {
		count += len(informer.GetStore().ListKeys())
	}
	fmt.Printf("synced %.3f %d\n", time.Since(start).Seconds(), count)
	go func() {
		for last := int64(0); ; time.Sleep(200 * time.Millisecond) {
			if n := events.Load(); n != last {
				fmt.Println("events", n)
				last = n
			}
		}
	}()
	io.Copy(io.Discard, os.Stdin)
}
