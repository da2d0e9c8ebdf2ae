// Which values are taken for secrets, and that they stay out of the form and of messages.
#include "source/secrecy.hpp"

#include <doctest/doctest.h>

#include <string>

#include "folder.hpp"
#include "program.hpp"

namespace {
using namespace drift::source;
using drift::tests::Folder;
using drift::tests::run;
using Strings = std::vector<std::string>;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

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
                                 "passphrase"}) {
    CAPTURE(name);
    CHECK(sounds_secret(name));
  }
  for (const std::string name :
       {"image.tag", "tolerations[0].key", "affinity.nodeSelectorTerms[0].key", "keyspace", "path", "patch",
        "bypass.enabled", "compass", "string", "keyboard", "replicas", "urls", "ingress.tls[0].hosts[0]"}) {
    CAPTURE(name);
    CHECK_FALSE(sounds_secret(name));
  }
}

TEST_CASE("Values with credentials are known whatever their name") {
  for (const std::string value : {"postgres://u:p@h/db", "https://user:p@host", "https://ghp_x@github.com/a",
                                  "see amqp://u:p@h:5672", "-----BEGIN RSA PRIVATE KEY-----\nMII"}) {
    CAPTURE(value);
    CHECK(looks_secret(value));
  }
  for (const std::string value :
       {"https://host/a@b", "ssh://git@host/x", "a@b.c", "http://host:80/?q=a:b@c", "://"}) {
    CAPTURE(value);
    CHECK_FALSE(looks_secret(value));
  }
}

TEST_CASE("What is masked are secrets, their lines and their base64; short ones could be part of any word") {
  CHECK(masked("a hunter2 b aHVudGVyMg== hunter22", {"hunter2", "hunter22"}) == "a … b … …");
  CHECK(masked("line one | two", Strings{"line one\n  two\n"}) == "… | two");
  CHECK(masked("the app", Strings{"app", ""}) == "the app");
}

TEST_CASE("The form doesn't show a chart's likely secrets") {
  const Folder folder;
  write_chart(folder,
              "db: {pass: hunter2, host: h}\ntls.key: hunter2\ndsn: "
              "postgres://u:hunter2@h\nconnectionString: hunter2\n"
              "url: https://user:hunter2@host\nenv: [{name: DB_PASSWORD, value: hunter2}, {name: MODE, "
              "value: fast}]\n",
              "");
  const auto result = run({.arguments = {"parameters", folder.path().string()}});
  CHECK(result.exit == 0);
  CHECK_FALSE(contains(result.out, "hunter2"));
  for (const char* shown :
       {"\"db.host\":\"h\"", "\"env[0].name\":\"DB_PASSWORD\"", "\"env[1].value\":\"fast\""})
    CHECK(contains(result.out, shown));
}

TEST_CASE("A template that fails with a secret doesn't show it") {
  const Folder folder;
  for (const std::string action :
       {"{{ fail .Values.password }}", "{{ mustToDate .Values.password \"x\" }}",
        "{{ tpl (print \"{{ \" .Values.password) . }}", "{{ fail (b64enc .Values.password) }}"}) {
    CAPTURE(action);
    write_chart(folder, "password: hunter2\n", action);
    const auto result = run({.arguments = {"render", folder.path().string()}});
    CHECK(result.exit == 3);
    CHECK(contains(result.err, "helm template failed"));
    CHECK_FALSE(contains(result.err, "hunter2"));
    CHECK_FALSE(contains(result.err, "aHVudGVyMg"));
    const auto set =
        run({.arguments = {"render", folder.path().string(), "--helm-parameters", "password=swordfish"}});
    CHECK(set.exit == 3);
    CHECK_FALSE(contains(set.err, "swordfish"));
  }
}
