# The sidecar of Argo CD's repo-server and the image of the injected hooks: drift-policy, with the helm, kustomize and git that it
# renders with.
#
#   docker build -t drift-policy .
#
# argocd-cmp-server is not in the image: Argo CD's own init container (copyutil) puts it into /var/run/argocd.
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY tools/install-packages tools/packages.txt tools/
RUN tools/install-packages build && rm -rf /var/lib/apt/lists/*
COPY . .
ARG REVISION=
RUN cmake --preset release -DDRIFT_BUILD_TESTS=OFF -DDRIFT_COMMIT="${REVISION}" && cmake --build --preset release && strip build/drift-policy

FROM --platform=$BUILDPLATFORM debian:bookworm-slim AS download
RUN apt-get update -q && apt-get install -q -y --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/*

# The pages for Argo CD's web UI. They need nothing but esbuild, which is the one that package-lock.json names, by its digest.
FROM download AS ui
WORKDIR /src/extensions/ui
COPY extensions/ui/package-lock.json ./
ARG NPM_REGISTRY=https://registry.npmjs.org
RUN set -eu; \
    name=linux-$(dpkg --print-architecture | sed 's/^amd64$/x64/'); \
    entry=$(sed -n "\|\"node_modules/@esbuild/${name}\"|,/}/p" package-lock.json); \
    version=$(printf '%s' "${entry}" | sed -n 's|.*"version": "\([^"]*\)".*|\1|p'); \
    digest=$(printf '%s' "${entry}" | sed -n 's|.*"integrity": "sha512-\([^"]*\)".*|\1|p' | base64 -d | od -An -vtx1 | tr -d ' \n'); \
    curl -fsSL --retry 3 -o esbuild.tgz "${NPM_REGISTRY}/@esbuild/${name}/-/${name}-${version}.tgz"; \
    echo "${digest}  esbuild.tgz" | sha512sum --check --strict; \
    tar -xzf esbuild.tgz --no-same-owner --strip-components=2 -C /usr/local/bin package/bin/esbuild; \
    rm esbuild.tgz
COPY extensions/ui/ ./
RUN ./build.sh

# helm and kustomize as Argo CD 3.6.1 ships them; the digests are those of the projects' releases, as Argo CD's own build
# checks them (hack/installers/checksums). Another version: change version and both digests together.
FROM download AS tools
WORKDIR /download
ARG TARGETARCH
ARG HELM_VERSION=4.3.1
ARG HELM_SHA256_amd64=0403a88ae20913d11b10a2467b50087721fea7581736da6b9d3992f5357fe54b
ARG HELM_SHA256_arm64=8cf8f66ecbc252ac8f7f06cca68aba88508ddfde3a6a34feb1678ad1694b4f88
ARG KUSTOMIZE_VERSION=5.8.3
ARG KUSTOMIZE_SHA256_amd64=cb9e31198d3f63b44848bd0afc4c8efc56e6cfef9c93a4a39a211940e6decd61
ARG KUSTOMIZE_SHA256_arm64=9867b76482cfc6d25b546abc1d2b5a32bd137505aba640649b4b378f64f6d68f
ARG HELM_DOWNLOADS=https://get.helm.sh
ARG KUSTOMIZE_DOWNLOADS=https://github.com/kubernetes-sigs/kustomize/releases/download
RUN set -eu; \
    case "${TARGETARCH}" in \
      amd64) digest=${HELM_SHA256_amd64} ;; \
      arm64) digest=${HELM_SHA256_arm64} ;; \
      *) echo "no digest of helm for ${TARGETARCH}" >&2; exit 1 ;; \
    esac; \
    curl -fsSL --retry 3 -o helm.tar.gz "${HELM_DOWNLOADS}/helm-v${HELM_VERSION}-linux-${TARGETARCH}.tar.gz"; \
    echo "${digest}  helm.tar.gz" | sha256sum --check --strict; \
    tar -xzf helm.tar.gz --no-same-owner --strip-components=1 "linux-${TARGETARCH}/helm"
RUN set -eu; \
    case "${TARGETARCH}" in \
      amd64) digest=${KUSTOMIZE_SHA256_amd64} ;; \
      arm64) digest=${KUSTOMIZE_SHA256_arm64} ;; \
      *) echo "no digest of kustomize for ${TARGETARCH}" >&2; exit 1 ;; \
    esac; \
    curl -fsSL --retry 3 -o kustomize.tar.gz \
      "${KUSTOMIZE_DOWNLOADS}/kustomize/v${KUSTOMIZE_VERSION}/kustomize_v${KUSTOMIZE_VERSION}_linux_${TARGETARCH}.tar.gz"; \
    echo "${digest}  kustomize.tar.gz" | sha256sum --check --strict; \
    tar -xzf kustomize.tar.gz --no-same-owner kustomize

FROM debian:bookworm-slim
# git is for Kustomize's remote bases, and needs Perl (50 MB) only for mail, Subversion and the like; the hooks load libcurl4 when they
# speak to the Kubernetes API. 999 is argocd's own user: the files that repo-server and the sidecar share belong to it. Nothing in
# here needs to become another user: no setuid bits.
RUN apt-get update -q && apt-get install -q -y --no-install-recommends ca-certificates git libcurl4 \
    && dpkg --purge --force-depends perl liberror-perl \
       $(dpkg-query -W -f '${Package} ' 'perl-modules-5*' 'libperl5*' 'libgdbm*' 'libdb5*') \
    && groupadd --gid 999 argocd && useradd --uid 999 --gid 999 --home-dir /home/argocd --create-home argocd \
    && find / -xdev -type f -perm /6000 -exec chmod ug-s {} + \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/* /var/lib/dpkg/*-old \
       /var/log/* /usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/* /usr/share/lintian/*
COPY --from=tools /download/helm /download/kustomize /usr/local/bin/
COPY --from=ui /src/extensions/ui/dist/extension-drift-policy.js /usr/share/drift-policy/ui/
COPY --from=build /src/build/drift-policy /usr/local/bin/
COPY cmp/plugin.yaml /home/argocd/cmp-server/config/plugin.yaml
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="drift-policy" \
      org.opencontainers.image.description="Argo CD Config Management Plugin that writes a drift policy into manifests" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
USER 999
WORKDIR /home/argocd
ENTRYPOINT ["/var/run/argocd/argocd-cmp-server"]
