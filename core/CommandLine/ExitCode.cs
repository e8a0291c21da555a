namespace SpikingDetector.Core.CommandLine;

/// <summary>Exit codes that every command line of the project uses.</summary>
public static class ExitCode
{
    /// <summary>The command did what it was asked.</summary>
    public const int Success = 0;

    /// <summary>The command ran to its end and the check that it makes failed.</summary>
    public const int CheckFailed = 1;

    /// <summary>Wrong options, unusable input, or a failure that nobody foresaw.</summary>
    public const int BadUse = 2;

    /// <summary>Stopped by Ctrl-C or a termination signal: 128 + SIGINT, as shells count it.</summary>
    public const int Interrupted = 130;
}
