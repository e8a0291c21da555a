namespace SpikingDetector.Training.Data;

/// <summary>What becomes of a sample that is damaged or cannot be read.</summary>
internal enum WhenUnreadable
{
    /// <summary>An error that names it.</summary>
    Stop,

    /// <summary>The next readable one of the data set takes its place, so that batches keep their size.</summary>
    UseNext,

    /// <summary>It is left out of its batch.</summary>
    LeaveOut,
}
