using System.Text.Json.Nodes;
using Google.Protobuf;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Tests.Commands;
using SpikingDetector.Export.Tests.Slow;
using SpikingDetector.Inference;
using SpikingDetector.Tests;

namespace SpikingDetector.Export.Tests.Energy;

/// <summary>What a session reads from files of <c>--activity</c>, against spikes that nested loops count and the energy command.</summary>
public sealed class SpikeActivityTests : CommandFixture
{
    private static readonly DecoderSpec Attention = new() { ChannelReduction = 4 };

    private static readonly Dictionary<string, ModelSpec> Variants = new()
    {
        ["sg"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SpikeGate), Attention),
        ["spiking imagenet"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.Spiking) with { Stem = StemKind.ImageNet }, Attention),
        ["50 layers sew_add"] = TinySpecs.Classifier(TinySpecs.Backbone(BlockKind.SewAdd) with { Depth = 50, BaseChannels = 2 }, new DecoderSpec { ChannelReduction = 2 }),
    };

    public static MatrixTheoryData<string, int> Classifiers() => new(Variants.Keys, [0, 3]);

    [Theory]
    [MemberData(nameof(Classifiers))]
    public void EachPicture_HasTheSpikesAndTheEnergyThatNestedLoopsCount(string variant, int fixedBatch)
    {
        using var checkpoint = new TinyCheckpoint(Variants[variant]);
        InputSpec input = checkpoint.Spec.Input;
        var options = new ExportOptions { Activity = true, Batch = fixedBatch == 0 ? null : fixedBatch };
        using ModelSession session = ModelSession.Open(OnnxExporter.Export(checkpoint.File, options).ToByteArray(), "tiny.onnx");
        byte[][] pictures = [.. checkpoint.RandomPixels(2).Chunk(input.Height * input.Width * Picture.Channels)];
        using PictureBatch batch = session.CreateBatch(2);
        foreach (byte[] pixels in pictures)
            batch.Add(new Picture(input.Width, input.Height, pixels));
        using ModelOutputs outputs = session.Run(batch, session.ActivityOutputs);
        for (int row = 0; row < 2; row++)
        {
            var slow = new SlowNetwork(checkpoint.Spec, name => checkpoint.Tensors[name]);
            slow.Classify(pictures[row]);
            Check(slow, session.ReadActivity(outputs, row), realMacs: RealMacs(checkpoint.Spec, slow));
        }
    }

    [Fact]
    public void EachRecording_CountsItsEventsAsAdditions()
    {
        using var checkpoint = new TinyCheckpoint(TinySpecs.EventVariants["sg"]);
        using ModelSession session = ModelSession.Open(
            OnnxExporter.Export(checkpoint.File, new ExportOptions { Activity = true }).ToByteArray(), "tiny.onnx");
        float[] counts = checkpoint.RandomCounts(1);
        using EventBatch batch = session.CreateEventBatch();
        batch.Add(counts);
        using ModelOutputs outputs = session.Run(batch, session.ActivityOutputs);
        var slow = new SlowNetwork(checkpoint.Spec, name => checkpoint.Tensors[name]);
        slow.Classify(counts);

        Check(slow, session.ReadActivity(outputs, 0), realMacs: checkpoint.Spec.ClassCount * LastChannels(slow));
    }

    [Theory]
    [InlineData(ReferenceModels.Detector, ExportPrecision.Float32)]
    [InlineData(ReferenceModels.Detector, ExportPrecision.Int8Exact)]
    [InlineData(ReferenceModels.Classifier, ExportPrecision.Float16)]
    public async Task Energy_IsThatOfTheCommand_WithAndWithoutTheOutput(string name, ExportPrecision precision)
    {
        Picture picture = ReferenceModels.Pictures(name)[1];
        Directory.CreateDirectory(FilePath("data"));
        await File.WriteAllBytesAsync(FilePath("data/0.png"), PictureEncoder.EncodePng(picture));
        ReferenceModels.ExportTo(FilePath("plain.onnx"), name, new ExportOptions { Precision = precision });
        ReferenceModels.ExportTo(FilePath("active.onnx"), name, new ExportOptions { Precision = precision, Activity = true });
        using ModelSession session = ModelSession.Open(FilePath("active.onnx"));
        using PictureBatch batch = session.CreateBatch();
        batch.Add(picture);
        using ModelOutputs outputs = session.Run(batch, session.ActivityOutputs);
        double microjoules = session.ReadActivity(outputs, 0).EnergyEstimateUj!.Value;

        foreach (string file in (string[])["plain.onnx", "active.onnx"])
        {
            JsonNode energy = JsonNode.Parse(await RunSuccessfully("energy", FilePath(file), "--images", FilePath("data"), "--json"))!;
            Assert.Equal(1, microjoules * 1e6 / energy["with_shortcuts"]!["pj"]!.GetValue<double>(), 1e-5);
        }
    }

    private static void Check(SlowNetwork slow, SpikeActivity activity, double realMacs)
    {
        FeatureMap[] maps = [.. slow.Spikes.Values.SelectMany(steps => steps)];
        double mean = maps.Sum(map => map.Data.Sum(spike => (double)spike)) / maps.Sum(map => map.Data.Length);
        Assert.Equal(mean, activity.MeanFiringRate, 1e-6);
        Assert.Equal(slow.FiringRates.Select(layer => layer.Layer), activity.Layers.Select(layer => layer.Name));
        Assert.NotEqual(activity.Layers.Average(layer => layer.FiringRate), mean, 1e-3);
        double additions = slow.Convolutions
            .Where(layer => layer.Value.Inputs.Count > 1)
            .Sum(layer => layer.Value.Macs * layer.Value.Inputs.Sum());
        Assert.Equal(1, activity.EnergyEstimateUj!.Value / (1e-6 * (3.1 * realMacs + 0.1 * additions)), 1e-5);
    }

    /// <summary>The stem, which runs once, the decoder's nets and <c>fc</c>.</summary>
    private static double RealMacs(ModelSpec spec, SlowNetwork slow)
    {
        FeatureMap last = slow.Spikes[slow.FiringRates[^1].Layer][0];
        int steps = spec.Backbone.TimeSteps, hidden = last.Channels / spec.Decoder.ChannelReduction;
        double decoder = 2 * steps * (steps / spec.Decoder.TemporalReduction) + 4 * last.Channels * hidden + 2 * 7 * 7 * last.Height * last.Width;
        return slow.Convolutions["conv1"].Macs + decoder + spec.ClassCount * LastChannels(slow);
    }

    private static double LastChannels(SlowNetwork slow) => slow.Spikes[slow.FiringRates[^1].Layer][0].Channels;
}
