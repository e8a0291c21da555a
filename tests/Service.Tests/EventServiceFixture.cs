using Google.Protobuf;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export;
using SpikingDetector.Export.Tests;
using SpikingDetector.Tests;

namespace SpikingDetector.Service.Tests;

/// <summary>A service with a small event network of random weights beside the reference detector and classifier.</summary>
public sealed class EventServiceFixture : IAsyncLifetime
{
    public const string Model = "moves";
    public const int TimeSteps = 4;

    private readonly TemporaryFolder _models = new();

    public RunningService Service { get; private set; } = null!;

    public HttpClient Client => Service.Client;

    /// <summary>The event network's file.</summary>
    public string ModelPath => _models[$"{Model}.onnx"];

    public async ValueTask InitializeAsync()
    {
        using var checkpoint = new TinyCheckpoint(new ModelSpec
        {
            Name = "tiny-7b",
            Task = ModelTask.Classification,
            Backbone = new BackboneSpec
            {
                Family = BackboneFamily.SevenB,
                BaseChannels = 4,
                Neuron = new NeuronSpec { Kind = NeuronKind.ParametricLeaky, Tau = 2 },
                TimeSteps = TimeSteps,
            },
            Decoder = new DecoderSpec { Kind = DecoderKind.Attention, ChannelReduction = 2 },
            Labels = ["left", "right", "up", "down", "near", "far"],
            Input = new EventInputSpec { Height = 128, Width = 128 },
        });
        await File.WriteAllBytesAsync(ModelPath, OnnxExporter.Export(checkpoint.File, new ExportOptions()).ToByteArray());
        ReferenceModels.ExportTo(_models["things.onnx"], ReferenceModels.Detector);
        ReferenceModels.ExportTo(_models["kinds.onnx"], ReferenceModels.Classifier);
        Service = await RunningService.StartAsync(_models.Path, ("Events:MaxEvents", "20000"), ("Images:MaxBodyBytes", "3000000"));
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _models.Dispose();
    }
}
