#include "yaml/resolve.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "base/ascii.hpp"
#include "base/base64.hpp"

namespace drift::yaml {
namespace {

struct Word {
  std::string_view text;
  Type type;
  bool value = false;
};

constexpr std::array words = {
    Word{"y", Type::boolean, true},
    Word{"Y", Type::boolean, true},
    Word{"yes", Type::boolean, true},
    Word{"Yes", Type::boolean, true},
    Word{"YES", Type::boolean, true},
    Word{"true", Type::boolean, true},
    Word{"True", Type::boolean, true},
    Word{"TRUE", Type::boolean, true},
    Word{"on", Type::boolean, true},
    Word{"On", Type::boolean, true},
    Word{"ON", Type::boolean, true},
    Word{"n", Type::boolean},
    Word{"N", Type::boolean},
    Word{"no", Type::boolean},
    Word{"No", Type::boolean},
    Word{"NO", Type::boolean},
    Word{"false", Type::boolean},
    Word{"False", Type::boolean},
    Word{"FALSE", Type::boolean},
    Word{"off", Type::boolean},
    Word{"Off", Type::boolean},
    Word{"OFF", Type::boolean},
    Word{"~", Type::null},
    Word{"null", Type::null},
    Word{"Null", Type::null},
    Word{"NULL", Type::null},
    Word{".nan", Type::real},
    Word{".NaN", Type::real},
    Word{".NAN", Type::real},
    Word{".inf", Type::real},
    Word{".Inf", Type::real},
    Word{".INF", Type::real},
    Word{"+.inf", Type::real},
    Word{"+.Inf", Type::real},
    Word{"+.INF", Type::real},
    Word{"-.inf", Type::real},
    Word{"-.Inf", Type::real},
    Word{"-.INF", Type::real},
};

const Word* find_word(std::string_view text) {
  if (text.size() > 5) return nullptr;
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const Word& word) { return word.text == text; });
  return found == words.end() ? nullptr : &*found;
}

bool may_be_word(char first) {
  return std::string_view("yYnNtTfFoO~").find(first) != std::string_view::npos;
}

// strconv.ParseInt and ParseUint with base 0, underscores already gone: 0x, 0o, 0b and a leading 0 choose the base. A sign
// may stand behind 0b too, which go-yaml reads by itself (resolve.go).
std::optional<Number> parse_integer(std::string_view text) {
  bool negative = false, sign = false;
  const auto take_sign = [&] {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return;
    sign = true;
    negative = text[0] == '-';
    text.remove_prefix(1);
  };
  const bool binary = text.starts_with("0b");
  take_sign();
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char marker = static_cast<char>(text[1] | 0x20);
    base = marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 0;
    text.remove_prefix(base == 0 ? 1 : 2);
    if (base == 0) base = 8;
  }
  if (binary) take_sign();
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  constexpr auto limit = std::uint64_t{1} << 63;
  if (negative) {
    if (magnitude > limit) return std::nullopt;
    return Number(static_cast<std::int64_t>(~magnitude + 1));
  }
  if (magnitude < limit) return Number(static_cast<std::int64_t>(magnitude));
  if (sign) return std::nullopt;
  return Number(magnitude);
}

// Go's underscoreOK for decimal text: an underscore only between digits.
bool underscores_between_digits(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '_' &&
        (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])))
      return false;
  return true;
}

// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool is_yaml_float(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i > start;
  };
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return false;
  } else {
    if (!digits()) return false;
    if (i < text.size() && text[i] == '.') {
      ++i;
      digits();
    }
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

// strconv.ParseFloat, which fails on overflow and rounds an underflow to zero.
std::optional<Number> parse_float(std::string_view text) {
  if (!is_yaml_float(text)) return std::nullopt;
  const bool negative = text[0] == '-';
  if (text[0] == '+' || text[0] == '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say which end it ran over.
    const auto exponent = text.find_first_of("eE");
    const bool small = exponent != std::string_view::npos && text[exponent + 1] == '-';
    if (!small) return std::nullopt;
    value = 0;
  } else if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return Number(negative ? -value : value);
}

std::string without_underscores(std::string_view text) {
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
  return plain;
}

// The timestamp formats that go-yaml knows (resolve.go, allowedTimestampFormats).
bool is_timestamp(std::string_view text) {
  const auto number = [&](std::size_t least, std::size_t most, int& value) {
    std::size_t n = 0;
    value = 0;
    while (n < most && n < text.size() && is_digit(text[n])) value = value * 10 + (text[n++] - '0');
    text.remove_prefix(n);
    return n >= least;
  };
  const auto skip = [&](std::string_view any) {
    if (text.empty() || any.find(text[0]) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  };
  int year, month, day, hour, minute, second;
  if (!number(4, 4, year) || !skip("-") || !number(1, 2, month) || !skip("-") || !number(1, 2, day))
    return false;
  using namespace std::chrono;
  if (!year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                      std::chrono::day(static_cast<unsigned>(day)))
           .ok())
    return false;
  if (text.empty()) return true;
  const bool spaced = text[0] == ' ';
  if (!skip("Tt ") || !number(1, 2, hour) || !skip(":") || !number(1, 2, minute) || !skip(":") ||
      !number(1, 2, second) || hour > 23 || minute > 59 || second > 59)
    return false;
  if (!text.empty() && (text[0] == '.' || text[0] == ',')) {
    text.remove_prefix(1);
    int fraction;
    if (!number(1, 9, fraction)) return false;
    while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
  }
  if (spaced) return text.empty();
  if (text == "Z") return true;
  int zone_hour, zone_minute;
  return skip("+-") && number(2, 2, zone_hour) && skip(":") && number(2, 2, zone_minute) && text.empty() &&
         zone_hour <= 24 && zone_minute <= 60;
}

// encoding/json: the shortest digits that read back the same, with an exponent below 1e-6 and from 1e21 on.
void append_float(double value, std::string& out) {
  std::array<char, 40> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  if (text[0] == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  const auto e = text.find('e');
  std::string digits(text.substr(0, 1));
  if (e > 1) digits += text.substr(2, e - 2);
  int exponent = 0;
  const auto exponent_text = text.substr(e + 2);
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  if (text[e + 1] == '-') exponent = -exponent;

  const double magnitude = std::fabs(value);
  if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
    out += digits[0];
    if (digits.size() > 1) out.append(".").append(digits, 1);
    out += 'e';
    out += exponent < 0 ? '-' : '+';
    out += std::to_string(std::abs(exponent));
  } else if (exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
  } else {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out.append(digits, 0, whole);
    if (digits.size() > whole) out.append(".").append(digits, whole);
  }
}

Tagged right(Type type) {
  return {type, std::nullopt, nullptr};
}
Tagged wrong(const char* problem) {
  return {Type::string, std::nullopt, problem};
}

}  // namespace

std::optional<Number> parse_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text[0] == '.') {
    if (!underscores_between_digits(text)) return std::nullopt;
    return parse_float(without_underscores(text));
  }
  if (!is_digit(text[0]) && text[0] != '+' && text[0] != '-') return std::nullopt;
  const std::string plain = without_underscores(text);
  if (auto integer = parse_integer(plain)) return integer;
  return parse_float(plain);
}

Number number_of(Type type, std::string_view text) {
  const Number number = *parse_number(text);
  if (type != Type::real) return number;
  return std::visit([](auto value) { return static_cast<double>(value); }, number);
}

Type plain_type(std::string_view text) {
  if (text.empty()) return Type::null;
  const char first = text[0];
  const bool numeric = is_digit(first) || first == '+' || first == '-' || first == '.';
  if (!numeric && !may_be_word(first)) return Type::string;
  if (!is_digit(first)) {
    if (const Word* word = find_word(text)) return word->type;
    if (!numeric) return Type::string;
  }
  const auto number = parse_number(text);
  if (!number) return Type::string;
  return std::holds_alternative<double>(*number) ? Type::real : Type::integer;
}

bool boolean_value(std::string_view text) {
  const Word* word = find_word(text);
  return word != nullptr && word->value;
}

Tagged resolve_tagged(std::string_view tag, std::string_view text) {
  constexpr std::string_view prefix = "tag:yaml.org,2002:";
  if (!tag.starts_with(prefix)) return {};
  tag.remove_prefix(prefix.size());
  if (tag == "binary") {
    auto decoded = decode_base64(text);
    if (!decoded) return wrong("is tagged !!binary but is no base64");
    return {Type::string, std::move(decoded), nullptr};
  }
  const Type type = plain_type(text);
  if (tag == "bool") return type == Type::boolean ? right(type) : wrong("is tagged !!bool but is no boolean");
  if (tag == "null") return type == Type::null ? right(type) : wrong("is tagged !!null but is not null");
  if (tag == "int") return type == Type::integer ? right(type) : wrong("is tagged !!int but is no integer");
  if (tag == "float") {
    const bool number = type == Type::real || type == Type::integer;
    return number ? right(Type::real) : wrong("is tagged !!float but is no number");
  }
  if (tag == "timestamp")
    return is_timestamp(text) ? right(Type::string) : wrong("is tagged !!timestamp but is no date or time");
  return {};
}

bool append_json_number(const Number& number, std::string& out) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) {
    out += std::to_string(*integer);
    return true;
  }
  // Kubernetes holds what does not fit an int64 as a float64.
  const auto* wide = std::get_if<std::uint64_t>(&number);
  const double value = wide != nullptr ? static_cast<double>(*wide) : std::get<double>(number);
  if (!std::isfinite(value)) return false;
  append_float(value, out);
  return true;
}

std::string key_of_number(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return std::to_string(*integer);
  if (const auto* wide = std::get_if<std::uint64_t>(&number)) return std::to_string(*wide);
  // strconv.FormatFloat(value, 'g', -1, 32), and what sigs.k8s.io/yaml makes of infinity
  const auto value = static_cast<float>(std::get<double>(number));
  if (std::isinf(value)) return value < 0 ? "-.inf" : ".inf";
  std::array<char, 64> buffer;
  const float magnitude = std::fabs(value);
  const bool exponent = magnitude != 0 && (magnitude < 1e-4F || magnitude >= 1e6F);
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 exponent ? std::chars_format::scientific : std::chars_format::fixed)
                       .ptr;
  return {buffer.data(), end};
}

}  // namespace drift::yaml
