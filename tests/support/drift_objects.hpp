// Objects at random, always the same ones: for properties that must hold of every object.
#pragma once
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drift::tests {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}

  // 0 to sides - 1.
  std::size_t roll(std::size_t sides) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % sides;
  }
  bool chance(std::size_t one_in) { return roll(one_in) == 0; }

 private:
  std::uint64_t state_;
};

inline std::string random_scalar(Dice& dice) {
  constexpr std::array<const char*, 12> scalars = {
      "0",     "1",    "-7",     "3.25",     "1234567890123", "true",
      "false", "\"\"", R"("a")", R"("b c")", R"("ü\n\"x\"")", R"("1000m")"};
  return scalars[dice.roll(scalars.size())];
}

// Any JSON that a custom resource may hold; no null, which Kubernetes drops.
inline std::string random_value(Dice& dice, int levels) {
  if (levels == 0 || dice.chance(3)) return random_scalar(dice);
  std::string text;
  const auto size = dice.roll(4);
  const bool list = dice.chance(3);
  for (std::size_t i = 0; i < size; ++i) {
    if (!text.empty()) text += ',';
    if (!list) text += fmt::format("\"{}{}\":", "k/~"[dice.roll(3)], i);
    text += random_value(dice, levels - 1);
  }
  return list ? '[' + text + ']' : '{' + text + '}';
}

inline std::string random_widget(Dice& dice) {
  return fmt::format(R"({{"metadata":{{"labels":{{"a":"{}"}}}},"spec":{}}})", dice.roll(3),
                     random_value(dice, 4));
}

// Each element with probability one half, separated by commas.
inline std::string some_of(Dice& dice, const std::vector<std::string>& all) {
  std::string text;
  for (const auto& one : all) {
    if (dice.chance(2)) continue;
    if (!text.empty()) text += ',';
    text += one;
  }
  return text;
}

inline std::string random_container(Dice& dice, std::string_view name) {
  const auto word = [&] { return fmt::format("\"w{}\"", dice.roll(4)); };
  const auto env = some_of(dice, {fmt::format(R"({{"name":"A","value":{}}})", word()),
                                  R"({"name":"B","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}})",
                                  fmt::format(R"({{"name":"C","value":{}}})", word())});
  const auto ports = some_of(dice, {R"({"containerPort":80,"name":"http"})",
                                    R"({"containerPort":53,"protocol":"UDP","name":"dns"})"});
  const auto fields = some_of(
      dice, {fmt::format(R"("image":{})", word()), fmt::format(R"("command":[{},{}])", word(), word()),
             fmt::format(R"("env":[{}])", env), fmt::format(R"("ports":[{}])", ports),
             fmt::format(R"("resources":{{"limits":{{"cpu":"{}m"}}}})", 100 * (dice.roll(9) + 1)),
             fmt::format(R"("livenessProbe":{{"httpGet":{{"port":{},"path":"/"}}}})", dice.roll(9) + 80),
             R"("securityContext":{"readOnlyRootFilesystem":true})"});
  return fmt::format(R"({{"name":"{}"{}{}}})", name, fields.empty() ? "" : ",", fields);
}

inline std::string random_deployment(Dice& dice) {
  const auto containers = some_of(
      dice, {random_container(dice, "web"), random_container(dice, "proxy"), random_container(dice, "log")});
  const auto volumes =
      some_of(dice, {R"({"name":"v","emptyDir":{}})", R"({"name":"c","configMap":{"name":"c"}})"});
  const auto spec = some_of(
      dice, {fmt::format(R"("replicas":{})", dice.roll(5)), R"("paused":true)",
             fmt::format(R"("strategy":{{"type":"RollingUpdate","rollingUpdate":{{"maxSurge":"{}%"}}}})",
                         dice.roll(90) + 1),
             R"("selector":{"matchLabels":{"app":"web"}})"});
  const auto metadata = some_of(dice, {fmt::format(R"("labels":{{"app":"web","tier":"{}"}})", dice.roll(3)),
                                       R"("annotations":{"example.org/note":"n"})"});
  return fmt::format(
      R"({{"metadata":{{{}}},"spec":{{"template":{{"spec":{{"containers":[{}],"volumes":[{}]}}}}{}{}}}}})",
      metadata, containers, volumes, spec.empty() ? "" : ",", spec);
}

// Every scalar's pointer, but for those that tell elements of a list apart.
inline void scalars_of(const rapidjson::Value& value, const std::string& pointer,
                       std::vector<std::string>& found) {
  if (value.IsObject()) {
    const bool element = !pointer.empty() && pointer.back() >= '0' && pointer.back() <= '9';
    for (const auto& member : value.GetObject()) {
      const std::string key(member.name.GetString(), member.name.GetStringLength());
      if (element && (key == "name" || key == "containerPort" || key == "protocol")) continue;
      std::string token;
      for (const char c : key) token += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
      scalars_of(member.value, pointer + '/' + token, found);
    }
  } else if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      scalars_of(value[i], pointer + '/' + std::to_string(i), found);
  } else {
    found.push_back(pointer);
  }
}

// Another value of the same type.
inline void change_scalar(rapidjson::Document& document, const std::string& pointer) {
  auto& value = *rapidjson::Pointer(pointer.c_str(), pointer.size()).Get(document);
  if (value.IsBool())
    value.SetBool(!value.GetBool());
  else if (value.IsString())
    value.SetString((std::string(value.GetString()) + "-changed").c_str(), document.GetAllocator());
  else if (value.IsInt64())
    value.SetInt64(value.GetInt64() + 1);
  else
    value.SetDouble(value.GetDouble() + 1);
}

}  // namespace drift::tests
