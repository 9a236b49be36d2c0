// smartdeal-workbench [MODEL.onnx] [--data DIR] [--design FILE.toml]
#include <QApplication>
#include <QCommandLineParser>

#include "main_window.hpp"

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  QApplication::setApplicationName("smartdeal-workbench");
  QApplication::setApplicationDisplayName("SmartDeal Workbench");
  QApplication::setApplicationVersion(SD_VERSION);

  QCommandLineParser parser;
  parser.setApplicationDescription(
      "See what SmartDeal does to a network, and what the generated accelerator makes of it.");
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument("model", "ONNX network; without one, the built-in network",
                               "[MODEL.onnx]");
  const QCommandLineOption data("data", "Folder of test images, one folder per class.", "DIR");
  const QCommandLineOption design("design", "Design point.", "FILE.toml");
  parser.addOptions({data, design});
  parser.process(application);

  sd::core::RunOptions options;
  if (!parser.positionalArguments().isEmpty())
    options.model = parser.positionalArguments().front().toStdString();
  if (parser.isSet(data)) options.data = parser.value(data).toStdString();
  if (parser.isSet(design)) options.design = parser.value(design).toStdString();

  sd::app::MainWindow window(&sd::core::run);
  window.set_options(options);
  window.show();
  return QApplication::exec();
}
