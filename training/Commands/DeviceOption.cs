using System.CommandLine;
using SpikingDetector.Core;
using static TorchSharp.torch;

namespace SpikingDetector.Training.Commands;

/// <summary><c>--device auto|cpu|cuda</c>: auto takes CUDA where it works, cuda fails where it does not.</summary>
internal static class DeviceOption
{
    private const string Auto = "auto";
    private const string Cpu = "cpu";
    private const string Cuda = "cuda";

    public static Option<string> Create()
    {
        var option = new Option<string>("--device")
        {
            Description = "Where to run: auto (CUDA where it works, else the processor), cpu or cuda.",
            DefaultValueFactory = _ => Auto,
        };
        option.AcceptOnlyFromAmong(Auto, Cpu, Cuda);
        return option;
    }

    /// <summary>The device of an option's value.</summary>
    /// <param name="value">What was given.</param>
    /// <param name="localRank">This process's number on its machine: processes take one GPU each, in turn.</param>
    /// <exception cref="InvalidInputException">CUDA was asked for and is not there.</exception>
    public static Device Resolve(string value, int localRank = 0)
    {
        if (value == Cpu)
            return CPU;
        if (CudaWorks())
            return new Device(TorchSharp.DeviceType.CUDA, localRank % cuda.device_count());
        if (value == Cuda)
        {
            throw new InvalidInputException(
                "--device cuda: LibTorch sees no CUDA device; it needs an NVIDIA GPU with its driver and a build with -p:Accelerator=cuda.");
        }

        return CPU;
    }

    private static bool CudaWorks()
    {
        try
        {
            return cuda.is_available();
        }
        catch (Exception exception) when (exception is NotSupportedException or TypeInitializationException or DllNotFoundException)
        {
            return false;
        }
    }
}
