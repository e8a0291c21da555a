
namespace SpikingDetector.Service.Models;

internal sealed partial class ModelLoader
{
    [LoggerMessage(200, LogLevel.Information, "Model {Model} version {Version} for {Task} is ready on {Device}")]
    private partial void LogReady(string model, string version, string task, string device);

    [LoggerMessage(201, LogLevel.Error, "The model file {File} is not served: {Reason}")]
    private partial void LogRefused(string file, string reason);

    [LoggerMessage(202, LogLevel.Error, "The model file {File} failed in a way that nobody foresaw")]
    private partial void LogFailed(Exception exception, string file);

    [LoggerMessage(203, LogLevel.Error, "There is no model in {Folder}: put an ONNX file of the export command there, or set Models:Folder")]
    private partial void LogNoModels(string folder);

    [LoggerMessage(204, LogLevel.Critical, "The service stops: {Reason}")]
    private partial void LogNoDevice(string reason);

    [LoggerMessage(205, LogLevel.Error, "The default model {Model} is not among those served")]
    private partial void LogDefaultMissing(string model);

    [LoggerMessage(207, LogLevel.Information, "The model {Model} has been taken out of the folder and is no longer served")]
    private partial void LogGone(string model);

    [LoggerMessage(208, LogLevel.Warning, "The folder {Folder} cannot be read ({Reason}); the models that are served go on")]
    private partial void LogUnreadable(string folder, string reason);

    [LoggerMessage(206, LogLevel.Warning, "Models run on the CPU: {Reason}")]
    private partial void LogOnCpu(string reason);
}
