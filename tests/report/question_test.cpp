// What people are asked about drift.
#include "report/question.hpp"

#include <doctest/doctest.h>

namespace {
using namespace drift;

api::ObjectReport object_in(api::State state, std::size_t differences = 0) {
  api::ObjectReport object;
  object.state = state;
  object.severity = object.approval_severity = "low";
  object.differences.resize(differences);
  return object;
}

std::string asked_of(std::vector<api::ObjectReport> objects, std::size_t omitted = 0) {
  api::Report report;
  report.objects = std::move(objects);
  report.omitted = omitted;
  return report::putting_back(report);
}
}  // namespace

TEST_SUITE("report: question") {
  TEST_CASE("the question counts what a sync would do") {
    using api::State;
    CHECK(asked_of({object_in(State::drifted, 1)}) == "Put back 1 change");
    auto more = object_in(State::drifted, 2);
    more.more = 5;
    CHECK(asked_of({more, object_in(State::drifted)}) == "Put back 8 changes");
    CHECK(asked_of({object_in(State::deleted), object_in(State::deleting)}) ==
          "Create 2 deleted objects again");
    CHECK(asked_of(
              {object_in(State::drifted, 1), object_in(State::deleted), object_in(State::not_inspected)}) ==
          "Put back 1 change, create 1 deleted object again and apply Git's state to 1 object that could not "
          "be "
          "compared");
    CHECK(asked_of({object_in(State::drifted, 1), object_in(State::in_sync)}, 3) ==
          "Put back 1 change, of those that the report lists");
  }

  TEST_CASE("Git's own changes are told from what is put back") {
    api::Report report;
    report.changes.asks = {"high"};
    api::ObjectChange changed;
    changed.fields.resize(2);
    report.changes.objects = {changed};
    CHECK(report::putting_back(report) == "Apply 2 changes from Git");
    api::ObjectChange added, removed, unknown;
    added.change = api::GitChange::added;
    removed.change = api::GitChange::removed;
    unknown.unknown = "not known";
    report.changes.objects.insert(report.changes.objects.end(), {added, removed, unknown});
    CHECK(report::putting_back(report) ==
          "Apply 2 changes from Git, add 1 object from Git, remove 1 object that left Git and apply Git's "
          "state to 1 "
          "object that Git may have changed");
    report.changes.objects = {changed};
    report.objects = {object_in(api::State::drifted, 1)};
    CHECK(report::putting_back(report) == "Put back 1 change and apply 2 from Git");
  }

  TEST_CASE("what is no drift isn't asked about") {
    auto unread = object_in(api::State::not_inspected);
    unread.severity.clear();
    CHECK(asked_of({unread, object_in(api::State::fresh)}) == report::putting_back_unseen);
  }
}
