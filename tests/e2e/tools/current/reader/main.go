// reader kubectl|argocd: what Kubernetes' own code reads in each file that is named on standard input, as one line of JSON
// on standard output: {"objects": […]} or {"error": "…"}. test_reader.py compares our reader with it.
//
// kubectl reads JSON as JSON; argocd is what happens to a plugin's output (gitops-engine's SplitYAML), where JSON is read as
// YAML a second time. Lists are flattened by both.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

type result struct {
	Objects []map[string]any `json:"objects"`
	Error   string           `json:"error,omitempty"`
}

func flatten(object *unstructured.Unstructured, into *[]map[string]any) error {
	if !object.IsList() {
		*into = append(*into, object.Object)
		return nil
	}
	return object.EachListItem(func(item runtime.Object) error {
		return flatten(item.(*unstructured.Unstructured), into)
	})
}

// As cli-runtime's StreamVisitor does it (pkg/resource/visitor.go).
func splitAsKubectl(text []byte) ([]*unstructured.Unstructured, error) {
	documents, err := kube.SplitYAMLToString(text)
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	for _, document := range documents {
		object, _, err := unstructured.UnstructuredJSONScheme.Decode(bytes.TrimSpace([]byte(document)), nil, nil)
		if err != nil {
			return nil, err
		}
		switch object := object.(type) {
		case *unstructured.Unstructured:
			objects = append(objects, object)
		case *unstructured.UnstructuredList:
			objects = append(objects, &unstructured.Unstructured{Object: object.UnstructuredContent()})
		}
	}
	return objects, nil
}

func read(path string, split func([]byte) ([]*unstructured.Unstructured, error)) result {
	text, err := os.ReadFile(path)
	if err != nil {
		return result{Error: err.Error()}
	}
	objects, err := split(text)
	if err != nil {
		return result{Error: err.Error()}
	}
	read := result{Objects: []map[string]any{}}
	for _, object := range objects {
		if err := flatten(object, &read.Objects); err != nil {
			return result{Error: err.Error()}
		}
	}
	return read
}

func main() {
	split := kube.SplitYAML
	if os.Args[1] == "kubectl" {
		split = splitAsKubectl
	}
	paths := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for paths.Scan() {
		if err := encoder.Encode(read(paths.Text(), split)); err != nil {
			panic(err)
		}
		out.Flush()
	}
}
