// What helm says on standard error, without the values of a chart.
#pragma once
#include <string>
#include <string_view>

#include "source/helm/chart_texts.hpp"

namespace drift::source {

// Helm quotes values: what a template fails with, what a schema or a parser doesn't like, what a warning leaves out. Whether a
// piece of text is one, or a part of one in another notation, can't be known; so what comes through is only what helm says by
// a sentence that is known (with places, types and names that stand in the templates), and lines that a template's author wrote.
// `…` stands for all else, and a last line says how to see it.
std::string without_values(std::string_view said, const ChartTexts& chart);

}  // namespace drift::source
