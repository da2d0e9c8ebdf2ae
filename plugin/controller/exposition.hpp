// Numbers as Prometheus reads them: families, each of one name, with a value for each set of labels. Pure, and any thread may call
// all of it. https://prometheus.io/docs/instrumenting/exposition_formats/ (the text format 0.0.4)
//
// Labels are what their callers choose from a closed set, never a text of others: each set of them takes memory for good.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace drift::controller {

// The values of a family's labels, in the order of their names.
using Labels = std::vector<std::string>;

class Family {
 public:
  enum class Type : std::uint8_t { counter, gauge, histogram };
  struct Description {
    Type type;
    std::string name, help;
    std::vector<std::string> labels = {};  // their names
    std::vector<double> bounds = {};       // of a histogram's buckets, growing, without +Inf
  };

  explicit Family(Description description);

  // Of a counter; by 0 shows that it is there.
  void add(const Labels& labels = {}, double by = 1);
  // Of a gauge, or of a counter that somebody else counts.
  void set(double value, const Labels& labels = {});
  // Of a histogram; begin() shows it empty.
  void observe(double value, const Labels& labels = {});
  void begin(const Labels& labels = {});
  // A gauge without a value isn't shown.
  void forget(const Labels& labels = {});

  // `# HELP`, `# TYPE` and a line for each value, by labels.
  std::string text() const;

 private:
  struct Values {
    double value = 0;  // of a histogram: the sum
    std::uint64_t count = 0;
    std::vector<std::uint64_t> buckets = {};  // each without the ones before
  };
  Values& values(const Labels& labels);
  void add_text(const Labels& labels, const Values& values, std::string& text) const;
  void add_histogram(const Labels& labels, const Values& values, std::string& text) const;

  Description description_;
  mutable std::mutex mutex_;
  std::map<Labels, Values> all_;
};

class Registry {
 public:
  // It lives as long as the registry.
  Family& add(Family::Description description);
  // Of all families, in the order in which they were added.
  std::string text() const;

 private:
  std::deque<Family> all_;
};

// Of what text() returns.
inline constexpr const char* exposition_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace drift::controller
