namespace SpikingDetector.Service.Metrics;

/// <summary>What <c>/metrics</c> reads of the models each time it is asked.</summary>
internal interface IModelGauges
{
    /// <summary>Pictures that wait for each model now.</summary>
    IEnumerable<QueueDepth> QueueDepths { get; }

    /// <summary>The models that are there now, each version that is served or was refused.</summary>
    IEnumerable<ModelGauge> Models { get; }
}
