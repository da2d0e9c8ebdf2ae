// The files of a packed chart (.tgz), as Go's archive/tar and compress/gzip read them: what helm sees is what is given.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace drift::source {

// As much as helm unpacks of a chart (MaxDecompressedChartSize in its pkg/chart/loader/archive).
inline constexpr std::size_t max_unpacked_chart = std::size_t{100} << 20;

// Calls `each` with the path and the contents of every regular file. `name` is for messages. Throws InputError for an archive that
// isn't whole, is larger, or has files that are no ordinary ones (sparse), of which helm would make something else.
void read_archive(const std::string& name, std::string_view bytes,
                  const std::function<void(const std::string& path, std::string_view contents)>& each);

}  // namespace drift::source
