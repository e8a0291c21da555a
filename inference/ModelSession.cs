using Microsoft.ML.OnnxRuntime;
using SpikingDetector.Core;
using SpikingDetector.Core.Detection;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Inference;

/// <summary>
/// An ONNX file of this project, open and ready: pictures or event counts in, detections or predictions out. Every method may be
/// called from many threads at once; dispose of it when no run is under way.
/// </summary>
public sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly InputPreparation? _preparation;
    private readonly ActivityReader? _activity;
    private volatile bool _disposed;

    private ModelSession(string path, OpenedSession opened)
    {
        _session = opened.Session;
        Path = path;
        Device = opened.Device;
        DeviceWarning = opened.Warning;
        Metadata = ModelMetadata.Read(_session.ModelMetadata.CustomMetadataMap, path);
        _preparation = Spec.Input is PictureInputSpec ? new InputPreparation(Spec) : null;
        _inputNames = [GraphContract.InputName(Spec)];
        FixedBatch = GraphContract.Check(_session, Metadata, path);
        _activity = ActivityReader.For(Metadata, path);
        OutputNames = [.. _session.OutputNames];
        Outputs = [.. OutputNames.Select(name => Describe(name, _session.OutputMetadata[name]))];
        AnswerOutputs = Spec.Task == ModelTask.Detection
            ? [GraphContract.Boxes, GraphContract.Scores, GraphContract.Labels]
            : [GraphContract.Probabilities];
        ActivityOutputs = [.. AnswerOutputs, .. _activity?.Outputs ?? []];
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where it runs: CPU or CUDA, never <see cref="ExecutionDevice.Auto"/>.</summary>
    public ExecutionDevice Device { get; }

    /// <summary>Why it runs on the CPU although <see cref="ExecutionDevice.Auto"/> was asked for; else null.</summary>
    public string? DeviceWarning { get; }

    /// <summary>What the file says about itself.</summary>
    public ModelMetadata Metadata { get; }

    /// <summary>The network, its classes and its input.</summary>
    public ModelSpec Spec => Metadata.Spec;

    /// <summary>The batch size that the graph is fixed to; null where it takes any.</summary>
    public int? FixedBatch { get; }

    /// <summary>All outputs of the graph, the optional ones too.</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>These outputs with their types and shapes, in the same order.</summary>
    public IReadOnlyList<OutputTensor> Outputs { get; }

    /// <summary>The outputs that detections or predictions are read from.</summary>
    public IReadOnlyList<string> AnswerOutputs { get; }

    /// <summary>Whether it was exported with <c>--activity</c> and has neurons, so that it tells what they did.</summary>
    public bool TellsActivity => _activity is not null;

    /// <summary>The outputs that detections or predictions and, where it tells it, the activity are read from.</summary>
    public IReadOnlyList<string> ActivityOutputs { get; }

    /// <summary>Opens a file and checks that it is one of this project.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="DeviceUnavailableException">CUDA was asked for and does not work here.</exception>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or not one of this project.</exception>
    public static ModelSession Open(string path, ModelSessionOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(new ModelSource(path), options);
    }

    /// <summary>Opens a model in memory, such as a file of this project that was given more outputs; as for files.</summary>
    /// <param name="content">What the ONNX file would hold.</param>
    /// <param name="path">What to call it in messages: the file that it was made from.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="DeviceUnavailableException">CUDA was asked for and does not work here.</exception>
    /// <exception cref="InvalidInputException">The model is damaged, or not one of this project.</exception>
    public static ModelSession Open(byte[] content, string path, ModelSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(new ModelSource(path, content), options);
    }

    /// <summary>An empty batch that fits this model, which takes pictures. Dispose of it after the last run.</summary>
    /// <param name="capacity">How many pictures it shall hold, at least 1; at most <see cref="FixedBatch"/>.</param>
    /// <exception cref="InvalidInputException">The model takes event counts, or fewer pictures a run.</exception>
    public PictureBatch CreateBatch(int capacity = 1)
    {
        if (Spec.Input is not PictureInputSpec input)
            throw new InvalidInputException($"{Path} takes event counts, so a picture cannot be its input.");
        CheckCapacity(capacity, "pictures");
        return new PictureBatch(_preparation!, input, capacity, FixedBatch);
    }

    /// <summary>An empty batch that fits this model, which takes event counts. Dispose of it after the last run.</summary>
    /// <param name="capacity">How many recordings it shall hold, at least 1; at most <see cref="FixedBatch"/>.</param>
    /// <exception cref="InvalidInputException">The model takes pictures, or fewer recordings a run.</exception>
    public EventBatch CreateEventBatch(int capacity = 1)
    {
        if (Spec.Input is not EventInputSpec input)
            throw new InvalidInputException($"{Path} takes pictures, so an event recording cannot be its input.");
        CheckCapacity(capacity, "recordings");
        return new EventBatch(input, Spec.Backbone.TimeSteps, capacity, FixedBatch);
    }

    /// <summary>An empty batch of whatever this model takes. Dispose of it after the last run.</summary>
    /// <param name="capacity">How many inputs it shall hold, at least 1; at most <see cref="FixedBatch"/>.</param>
    /// <exception cref="InvalidInputException">The model takes fewer inputs a run.</exception>
    public InputBatch CreateInputBatch(int capacity = 1) =>
        Spec.Input is EventInputSpec ? CreateEventBatch(capacity) : CreateBatch(capacity);

    /// <summary>Runs the graph and gives its outputs as they are, for those that compare or measure networks.</summary>
    /// <param name="batch">At least one input. A graph of a fixed batch size answers that many rows.</param>
    /// <param name="outputNames">Which outputs; all unless given.</param>
    /// <param name="cancellationToken">Stops the run between two nodes of the graph.</param>
    /// <returns>The outputs; dispose of them.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session has been closed.</exception>
    public ModelOutputs Run(
        InputBatch batch, IReadOnlyList<string>? outputNames = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
            throw new ArgumentException("The batch holds no input.", nameof(batch));

        ObjectDisposedException.ThrowIf(_disposed, this); // ONNX Runtime itself would read freed memory.
        cancellationToken.ThrowIfCancellationRequested();
        outputNames ??= OutputNames;
        using OrtValue input = batch.ToTensor();
        using var options = new RunOptions();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => options.Terminate = true);
        try
        {
            return new ModelOutputs(outputNames, _session.Run(options, _inputNames, [input], outputNames));
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>Finds objects in pictures.</summary>
    /// <param name="batch">The pictures.</param>
    /// <param name="scoreThreshold">Lowest score, 0…1; the graph itself drops what is not above the spec's threshold.</param>
    /// <param name="maxDetections">Most detections of a picture; at most the spec's number are found.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>For each picture its detections in its own pixels, clipped to it, by descending score.</returns>
    /// <exception cref="InvalidOperationException">The model is a classifier.</exception>
    public IReadOnlyList<IReadOnlyList<Detection>> Detect(
        InputBatch batch, float scoreThreshold = 0, int maxDetections = int.MaxValue, CancellationToken cancellationToken = default)
    {
        Expect(ModelTask.Detection);
        using ModelOutputs outputs = Run(batch, AnswerOutputs, cancellationToken);
        var found = new IReadOnlyList<Detection>[batch.Count];
        for (int i = 0; i < found.Length; i++)
            found[i] = ReadDetections(outputs, i, batch, i, scoreThreshold, maxDetections);
        return found;
    }

    /// <summary>Finds objects in one picture; as for batches.</summary>
    public IReadOnlyList<Detection> Detect(
        Picture picture, float scoreThreshold = 0, int maxDetections = int.MaxValue, CancellationToken cancellationToken = default)
    {
        using PictureBatch batch = CreateBatch();
        batch.Add(picture);
        return Detect(batch, scoreThreshold, maxDetections, cancellationToken)[0];
    }

    /// <summary>Tells what pictures or recordings show.</summary>
    /// <param name="batch">The pictures or recordings.</param>
    /// <param name="topK">How many classes of each; at most all are given.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>For each of them its most probable classes, the best first; of equal ones the lower index.</returns>
    /// <exception cref="InvalidOperationException">The model is a detector.</exception>
    public IReadOnlyList<IReadOnlyList<Prediction>> Classify(
        InputBatch batch, int topK = int.MaxValue, CancellationToken cancellationToken = default)
    {
        Expect(ModelTask.Classification);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        using ModelOutputs outputs = Run(batch, AnswerOutputs, cancellationToken);
        var answers = new IReadOnlyList<Prediction>[batch.Count];
        for (int i = 0; i < answers.Length; i++)
            answers[i] = ReadPredictions(outputs, i, topK);
        return answers;
    }

    /// <summary>Tells what one picture shows; as for batches.</summary>
    public IReadOnlyList<Prediction> Classify(
        Picture picture, int topK = int.MaxValue, CancellationToken cancellationToken = default)
    {
        using PictureBatch batch = CreateBatch();
        batch.Add(picture);
        return Classify(batch, topK, cancellationToken)[0];
    }

    /// <summary>Reads one picture's detections from the outputs of a run.</summary>
    /// <param name="outputs">Of a run with <see cref="AnswerOutputs"/>.</param>
    /// <param name="row">The picture's position in the run.</param>
    /// <param name="batch">The batch that the picture was prepared in, which may be another than that of the run.</param>
    /// <param name="index">Its position there.</param>
    /// <param name="scoreThreshold">Lowest score, 0…1.</param>
    /// <param name="maxDetections">Most detections.</param>
    /// <returns>In the picture's own pixels, clipped to it, by descending score.</returns>
    /// <exception cref="InvalidOperationException">The model is a classifier.</exception>
    public IReadOnlyList<Detection> ReadDetections(
        ModelOutputs outputs, int row, InputBatch batch, int index, float scoreThreshold = 0, int maxDetections = int.MaxValue)
    {
        Expect(ModelTask.Detection);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(batch);
        return new DetectionReader(outputs, scoreThreshold, maxDetections).Read(row, batch.Transform(index));
    }

    /// <summary>Reads what one input shows from the outputs of a run.</summary>
    /// <param name="outputs">Of a run with <see cref="AnswerOutputs"/>.</param>
    /// <param name="row">The input's position in the run.</param>
    /// <param name="topK">How many classes; at most all are given.</param>
    /// <returns>The most probable classes, the best first; of equal ones the lower index.</returns>
    /// <exception cref="InvalidOperationException">The model is a detector.</exception>
    public IReadOnlyList<Prediction> ReadPredictions(ModelOutputs outputs, int row, int topK = int.MaxValue)
    {
        Expect(ModelTask.Classification);
        ArgumentNullException.ThrowIfNull(outputs);
        ReadOnlySpan<float> probabilities = outputs.Floats(GraphContract.Probabilities);
        return Best(probabilities.Slice(row * Spec.ClassCount, Spec.ClassCount), Math.Min(topK, Spec.ClassCount));
    }

    /// <summary>Reads what the neurons did with one input from the outputs of a run.</summary>
    /// <param name="outputs">Of a run with <see cref="ActivityOutputs"/>.</param>
    /// <param name="row">The input's position in the run.</param>
    /// <exception cref="InvalidOperationException">The model does not tell it (<see cref="TellsActivity"/>).</exception>
    public SpikeActivity ReadActivity(ModelOutputs outputs, int row)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return _activity?.Read(outputs, row)
            ?? throw new InvalidOperationException($"{Path} puts out no firing rates; export the checkpoint with --activity.");
    }

    public void Dispose()
    {
        _disposed = true;
        _session.Dispose();
    }

    private static OutputTensor Describe(string name, NodeMetadata output) =>
        new(name, output.ElementType, [.. output.Dimensions.Skip(1)]);

    private static ModelSession Open(ModelSource source, ModelSessionOptions? options)
    {
        OpenedSession opened = SessionFactory.Open(source, options ?? new ModelSessionOptions());
        try
        {
            return new ModelSession(source.Path, opened);
        }
        catch
        {
            opened.Session.Dispose();
            throw;
        }
    }

    private void CheckCapacity(int capacity, string inputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        if (capacity > FixedBatch)
        {
            throw new InvalidInputException(
                $"{Path} takes {FixedBatch} {inputs} a run, not {capacity}: run fewer at a time or export it with a free batch size.");
        }
    }

    private void Expect(ModelTask task)
    {
        if (Spec.Task != task)
            throw new InvalidOperationException($"{Path} is a model for {Spec.Task.ToString().ToLowerInvariant()}.");
    }

    private Prediction[] Best(ReadOnlySpan<float> probabilities, int count)
    {
        // The key (−probability, index) makes the unstable sort keep the order of ties.
        var order = new (float Negative, int Index)[probabilities.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = (-probabilities[i], i);
        Array.Sort(order);
        return Array.ConvertAll(order[..count], entry => new Prediction(Spec.Labels[entry.Index], entry.Index, -entry.Negative));
    }
}
