# syntax=docker/dockerfile:1
# The sidecar of Argo CD's repo-server: drift-policy, with the helm, kustomize and git that it renders with.
#
#   docker build -t drift-policy .
#
# argocd-cmp-server is not in the image: Argo CD's own init container (copyutil) puts it into /var/run/argocd.
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY tools/install-packages tools/packages.txt tools/
RUN tools/install-packages build
COPY . .
RUN cmake --preset release -DDRIFT_BUILD_TESTS=OFF && cmake --build --preset release && strip build/drift-policy

# helm and kustomize as Argo CD 3.2 ships them; the digests are those of the projects' releases, as Argo CD's own build
# checks them (hack/installers/checksums). Another version: change version and both digests together.
FROM debian:bookworm-slim AS tools
ARG TARGETARCH
ARG HELM_VERSION=3.18.4
ARG HELM_SHA256_amd64=f8180838c23d7c7d797b208861fecb591d9ce1690d8704ed1e4cb8e2add966c1
ARG HELM_SHA256_arm64=c0a45e67eef0c7416a8a8c9e9d5d2d30d70e4f4d3f7bea5de28241fffa8f3b89
ARG KUSTOMIZE_VERSION=5.7.0
ARG KUSTOMIZE_SHA256_amd64=0d98f06d6d2c2c0ff8923cc136a517af74aaa187f1b9f3e17ff370d0625ede84
ARG KUSTOMIZE_SHA256_arm64=744bb1bc1854b6634dea9eaf6db2f401a734ed25d6837baa6f91157d79c27d5e
ARG HELM_DOWNLOADS=https://get.helm.sh
ARG KUSTOMIZE_DOWNLOADS=https://github.com/kubernetes-sigs/kustomize/releases/download
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN apt-get update -q && apt-get install -q -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /download
RUN digest=HELM_SHA256_${TARGETARCH}; digest=${!digest:?no digest of helm for ${TARGETARCH}}; \
    curl -fsSL --retry 3 -o helm.tar.gz "${HELM_DOWNLOADS}/helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz"; \
    echo "${digest}  helm.tar.gz" | sha256sum --check --strict; \
    tar -xzf helm.tar.gz --strip-components=1 "linux-${TARGETARCH}/helm"
RUN digest=KUSTOMIZE_SHA256_${TARGETARCH}; digest=${!digest:?no digest of kustomize for ${TARGETARCH}}; \
    curl -fsSL --retry 3 -o kustomize.tar.gz \
      "${KUSTOMIZE_DOWNLOADS}/kustomize/v${KUSTOMIZE_VERSION}/kustomize_v${KUSTOMIZE_VERSION}_linux_${TARGETARCH}.tar.gz"; \
    echo "${digest}  kustomize.tar.gz" | sha256sum --check --strict; \
    tar -xzf kustomize.tar.gz kustomize

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="drift-policy" \
      org.opencontainers.image.description="Argo CD Config Management Plugin that writes a drift policy into manifests"
# 999 is argocd's own user: the files that repo-server and the sidecar share belong to it.
RUN apt-get update -q && apt-get install -q -y --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 999 argocd && useradd --uid 999 --gid 999 --home-dir /home/argocd --create-home argocd
COPY --from=tools /download/helm /download/kustomize /usr/local/bin/
COPY --from=build /src/build/drift-policy /usr/local/bin/
COPY cmp/plugin.yaml /home/argocd/cmp-server/config/plugin.yaml
USER 999
WORKDIR /home/argocd
ENTRYPOINT ["/var/run/argocd/argocd-cmp-server"]
