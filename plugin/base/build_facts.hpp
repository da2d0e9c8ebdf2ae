// How this program was built. The build writes the unit behind it anew where one of these changes, and nothing else is
// compiled again then (cmake/BuildFacts.cmake).
#pragma once
#include <string_view>

namespace drift {

struct BuildFacts {
  std::string_view commit;      // 40 hex digits; empty: the sources were no Git checkout, and nobody named it
  bool modified = false;        // the sources held what that commit hasn't
  std::string_view type;        // `Release`
  std::string_view sanitizers;  // `address,undefined`; empty: none
  std::string_view yaml_cpp;    // its version, which its headers don't say; empty: not known
};

const BuildFacts& build_facts();

}  // namespace drift
