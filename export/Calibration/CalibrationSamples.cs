using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Data;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;
using SpikingDetector.Export.Layers;
using SpikingDetector.Inference;

namespace SpikingDetector.Export.Calibration;

/// <summary>
/// What flows through the float32 network when it sees pictures: of every tapped value some hundred numbers a picture, at
/// random places that are the same at every run, with all time steps of a place together.
/// </summary>
internal sealed class CalibrationSamples
{
    private const int MostPictures = 64;
    private const int PlacesOfPicture = 1024;

    private readonly Dictionary<string, List<float>[]> _samples = [];

    /// <summary>Adds numbers [t][i] under a key.</summary>
    public void Add(string key, float[][] steps) => _samples.Add(key, [.. steps.Select(step => step.ToList())]);

    /// <summary>Numbers of a key for each time step: entry [t][i] of the same place for all t.</summary>
    public float[][] Of(string key) => _samples.TryGetValue(key, out List<float>[]? steps)
        ? [.. steps.Select(step => step.ToArray())]
        : throw new InvalidOperationException($"Nothing was sampled for '{key}'.");

    /// <summary>Runs the network over at most 64 pictures of a folder, evenly spread over it.</summary>
    /// <param name="checkpoint">The network.</param>
    /// <param name="folder">Pictures, in any depth.</param>
    /// <param name="progress">Is told how many pictures of how many are done.</param>
    /// <exception cref="InvalidInputException">The folder has no pictures, or one cannot be read.</exception>
    public static CalibrationSamples Collect(Checkpoint checkpoint, string folder, Action<int, int> progress)
    {
        if (checkpoint.Spec.Input is not PictureInputSpec input)
        {
            throw new InvalidInputException(
                $"{checkpoint.Path} reads events, and scales are chosen by pictures only: export it as float32, float16 or int8-exact.");
        }

        string[] paths = Choose(folder);
        var taps = new ActivationTaps();
        byte[] model = OnnxExporter.ExportTapped(checkpoint, taps).ToByteArray();
        using var options = new SessionOptions();
        using InferenceSession session = OnnxRuntime.Open(model, options);
        using var run = new RunOptions();
        var result = new CalibrationSamples();
        foreach ((string key, string[] names) in taps.Outputs)
            result._samples.Add(key, [.. names.Select(_ => new List<float>())]);
        string[] outputs = [.. taps.Outputs.SelectMany(tap => tap.Value)];
        var preparation = new InputPreparation(checkpoint.Spec);
        var pixels = new byte[input.Height * input.Width * input.Channels];
        for (int i = 0; i < paths.Length; i++)
        {
            preparation.Apply(PictureDecoder.DecodeFile(paths[i]), pixels);
            using OrtValue tensor = OrtValue.CreateTensorValueFromMemory(pixels, [1, input.Height, input.Width, input.Channels]);
            using IDisposableReadOnlyCollection<OrtValue> values =
                session.Run(run, new Dictionary<string, OrtValue> { [PictureInput.Name] = tensor }, outputs);
            result.Add(taps, values, i);
            progress(i + 1, paths.Length);
        }

        return result;
    }

    private static string[] Choose(string folder)
    {
        string[] all = Directory.Exists(folder)
            ? FolderListing.PicturesBelow(folder)
            : throw new InvalidInputException($"There is no folder '{folder}'; expected pictures to choose the scales of 8-bit numbers by.");
        if (all.Length == 0)
            throw new InvalidInputException($"{folder} has no pictures; expected some like those that the network will see, to choose the scales of 8-bit numbers by.");
        int count = Math.Min(all.Length, MostPictures);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)])];
    }

    private void Add(ActivationTaps taps, IReadOnlyList<OrtValue> values, int picture)
    {
        int next = 0;
        foreach ((string key, string[] names) in taps.Outputs)
        {
            int[]? places = null;
            for (int t = 0; t < names.Length; t++)
            {
                ReadOnlySpan<float> numbers = values[next++].GetTensorDataAsSpan<float>();
                places ??= Places(numbers.Length, picture);
                foreach (int place in places)
                    _samples[key][t].Add(numbers[place]);
            }
        }
    }

    private static int[] Places(int length, int picture)
    {
        if (length <= PlacesOfPicture)
            return [.. Enumerable.Range(0, length)];
        var random = new Random(picture);
        return [.. Enumerable.Range(0, PlacesOfPicture).Select(_ => random.Next(length))];
    }
}
