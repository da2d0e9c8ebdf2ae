// What people read of others' text, by the name under which output and hooks know it.
#pragma once
#include "plugin/printable.hpp"  // this one has the same name

namespace drift::output {

using drift::printable;
using drift::width;

}  // namespace drift::output
