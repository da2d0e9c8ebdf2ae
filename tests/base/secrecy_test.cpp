// Which values are taken for secrets, and that they stay out of the form.
#include "base/secrecy.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using drift::tests::Folder;
using drift::tests::run;

using drift::tests::contains;

void write_chart(const Folder& folder, const std::string& values, const std::string& templated) {
  folder.write("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n");
  folder.write("values.yaml", values);
  folder.write("templates/t.yaml", templated);
}
}  // namespace

TEST_CASE("Names that are a secret's are known in every spelling, and others left alone") {
  for (const std::string name : {"adminPassword",
                                 "db.pass",
                                 "DB_PASS",
                                 "dbPwd",
                                 "tls.key",
                                 "tlsKey",
                                 "ca.key",
                                 "api-key",
                                 "apiKeys",
                                 "apikey",
                                 "dsn",
                                 "database.dsn",
                                 "connectionString",
                                 "connection_string",
                                 "conn-string",
                                 "github.pat",
                                 "creds",
                                 "signingKey",
                                 "ssh.privateKey",
                                 "AWS_SECRET_ACCESS_KEY",
                                 "authToken",
                                 "passphrase",
                                 "datadog.appKey",
                                 "azure.storageKey",
                                 "datadog.key",
                                 "license.key",
                                 "DBPwd",
                                 "sasToken",
                                 "slack.webhookUrl",
                                 "slack.webhook",
                                 "redis.auth",
                                 "basicAuth",
                                 "cookie.salt",
                                 "hmac",
                                 "saml.signature",
                                 "db.connectionUri",
                                 "kubeconfig",
                                 "htpasswd",
                                 "session.encryption",
                                 "dockerconfigjson"}) {
    CAPTURE(name);
    CHECK(drift::sounds_secret(name));
  }
  for (const std::string name : {"image.tag",
                                 "tolerations[0].key",
                                 "affinity.nodeSelectorTerms[0].key",
                                 "keyspace",
                                 "path",
                                 "patch",
                                 "bypass.enabled",
                                 "compass",
                                 "string",
                                 "keyboard",
                                 "replicas",
                                 "urls",
                                 "ingress.tls[0].hosts[0]",
                                 "webhook.port",
                                 "auth.username",
                                 "topologySpreadConstraints[0].topologyKey",
                                 "passive",
                                 "patroni",
                                 "affinity.podAntiAffinity.labelSelector.matchExpressions[0].key",
                                 "connection.timeout",
                                 "monkey",
                                 "key"}) {
    CAPTURE(name);
    CHECK_FALSE(drift::sounds_secret(name));
  }
}

TEST_CASE("Values with credentials are known whatever their name") {
  for (const std::string value : {"postgres://u:p@h/db",
                                  "https://user:p@host",
                                  "https://ghp_x@github.com/a",
                                  "see amqp://u:p@h:5672",
                                  "-----BEGIN RSA PRIVATE KEY-----\nMII",
                                  "jdbc:postgresql://h:5432/d?user=u&password=hunter2",
                                  "Server=h;User Id=u;Password=hunter2;",
                                  "u:hunter2@tcp(h:3306)/d",
                                  "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YWJjZA==",
                                  "https://a.blob.core.windows.net/c?sv=2020&sig=abc",
                                  "https://maps/api?key=abc",
                                  "https://hooks.slack.com/services/T0001/B0002/x7Kp2mQ9vL4tR8wZq1Yc",
                                  "{\"auths\": {\"h\": {\"auth\": \"abc\"}}}",
                                  "db:\n  password: hunter2\n",
                                  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
                                  "AKIAIOSFODNN7EXAMPLE",
                                  "ghp_0123456789abcdef",
                                  "xoxb-123456789012-abcdef",
                                  "9f86d081884c7d659a2feaa0c55ad015",
                                  "$2y$05$abcdefghijklmnopqrstuv",
                                  "550e8400-e29b-41d4-a716-446655440000",
                                  "x7Kp2mQ9vL4tR8wZ"}) {
    CAPTURE(value);
    CHECK(drift::looks_secret(value));
  }
  for (const std::string value :
       {"https://host/a@b", "ssh://git@host/x", "a@b.c", "http://host:80/?q=a:b@c", "://",
        "nginx:1.25@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "registry.example.com/team1/app2/web3-frontend4", "kube-prometheus-stack-65.1.0",
        "a sentence: about a password", "--log-level=debug",
        "http://prometheus-server.monitoring.svc.cluster.local:9090/api/v1?query=up",
        "com.example.MyGreatServiceFactory", "10.0.0.0/8,192.168.0.0/16", "2024-01-01T00:00:00Z",
        "{{ .Values.password }}", "password=${PASSWORD}"}) {
    CAPTURE(value);
    CHECK_FALSE(drift::looks_secret(value));
  }
}

TEST_CASE("A value is taken for a secret by its name or its looks, and what can't be one isn't") {
  CHECK(drift::is_likely_secret("db.password", "8391774205"));
  CHECK(drift::is_likely_secret("image.note", "9f86d081884c7d659a2feaa0c55ad0153f2a9c01"));
  CHECK_FALSE(drift::is_likely_secret("image.tag", "9f86d081884c7d659a2feaa0c55ad0153f2a9c01"));
  CHECK_FALSE(drift::is_likely_secret("auth.usePassword", "true"));
  CHECK_FALSE(drift::is_likely_secret("auth.password", ""));
}

TEST_CASE("The form doesn't show a chart's likely secrets") {
  const Folder folder;
  write_chart(folder,
              "db: {pass: hunter2, host: h}\ntls.key: hunter2\ndsn: "
              "postgres://u:hunter2@h\nconnectionString: hunter2\n"
              "url: https://user:hunter2@host\nenv: [{name: DB_PASSWORD, value: hunter2}, {name: MODE, "
              "value: fast}]\ndatadog: {appKey: hunter2}\nslack: {webhookUrl: hunter2}\nazure: {storageKey: "
              "hunter2}\njdbc: 'jdbc:pg://h/d?user=u&password=hunter2'\nconfig: |\n  password: hunter2\n",
              "");
  const auto result = run({.arguments = {"parameters", folder.path().string()}});
  CHECK(result.exit == 0);
  CHECK_FALSE(contains(result.out, "hunter2"));
  for (const char* shown :
       {"\"db.host\":\"h\"", "\"env[0].name\":\"DB_PASSWORD\"", "\"env[1].value\":\"fast\""})
    CHECK(contains(result.out, shown));
}

TEST_CASE("The form doesn't show likely secrets of the options, whichever way they were set") {
  const Folder folder;
  write_chart(folder, "db: {word: hunter2}\n", "");
  folder.write("more.yaml", "db: {word: 'https://u:hunter2@h'}\n");
  const auto result =
      run({.arguments = {"parameters", folder.path().string(), "--helm-parameters", "db.password=hunter2",
                         "--helm-string-parameters", "dbUrl=pg://u:hunter2@h", "--helm-values",
                         "db: {password: hunter2}", "--helm-value-files", "more.yaml"}});
  CHECK(result.exit == 0);
  CHECK_FALSE(contains(result.out, "hunter2"));
}
