using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Data;
using SpikingDetector.Training.Networks;
using SpikingDetector.Training.Neurons;

namespace SpikingDetector.Training.Runs;

/// <summary>The task of a spec.</summary>
internal static class TrainingTasks
{
    public static TrainingTask Create(Weights weights, NeuronTraining neuron, Precision precision, DataSet data) =>
        weights.Network.Spec.Task == ModelTask.Detection
            ? new DetectionTask(weights, neuron, precision, data)
            : new ClassificationTask(weights, neuron, precision);
}
