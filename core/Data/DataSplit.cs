namespace SpikingDetector.Core.Data;

/// <summary>What a part of a data set is for.</summary>
public enum DataSplit
{
    /// <summary>To train on.</summary>
    Train,

    /// <summary>To measure on.</summary>
    Validation,
}
