namespace SpikingDetector.Core;

/// <summary>
/// Something that a person gave is not usable: a file, a field, an option. The message is one sentence for that
/// person: what was wrong, where, what was expected and what to do. Command lines print it and end with exit
/// code 2; the service answers it as problem details. It never needs a stack trace.
/// </summary>
public class InvalidInputException : Exception
{
    public InvalidInputException(string message)
        : base(message)
    {
    }

    public InvalidInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public InvalidInputException()
    {
    }
}
