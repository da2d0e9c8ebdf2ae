#include "commands/commands.hpp"

int main(int argc, char** argv) {
  return drift::commands::run(argc, argv);
}
