# The tests against the real Argo CD; docs/e2e.md says more.
.PHONY: demo-live e2e e2e-fast e2e-old e2e-tools e2e-tools-old bench-argocd

demo-live: packages-e2e build tools e2e-tools ## drift on a real Argo CD on this machine: what heals itself, what people are asked, what is restored
	@tests/e2e/demo-live

e2e: packages-e2e build tools e2e-tools ## against the real Argo CD, on one machine: from git to a synced application
	@tools/build release drift-differences
	@tests/e2e/run current

e2e-fast: packages-e2e build tools e2e-tools ## a few of them, in two minutes: a rendering, a sync, a drift that stops one
	@tests/e2e/run current test_cluster_scoped.py

e2e-old: packages-e2e build tools e2e-tools e2e-tools-old ## the same against an older Argo CD
	@tools/build release drift-differences
	@tests/e2e/run old

e2e-tools: packages-e2e ## build Argo CD, Kubernetes, etcd, helm and kustomize into .tools/e2e
	@tests/e2e/tools/build current

e2e-tools-old: packages-e2e ## the older Argo CD for `make e2e-old`
	@tests/e2e/tools/build old

bench-argocd: packages-e2e build tools e2e-tools ## 200 applications at once through one repo-server, beside native rendering
	@tests/e2e/bench
