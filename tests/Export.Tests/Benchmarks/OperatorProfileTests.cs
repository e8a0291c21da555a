using System.Text;
using SpikingDetector.Core;
using SpikingDetector.Export.Benchmarks;

namespace SpikingDetector.Export.Tests.Benchmarks;

public sealed class OperatorProfileTests
{
    // As ONNX Runtime writes it, shortened: one run to warm up, then one of 1000 and one of 1200 µs.
    private const string Profile = """
        [
        {"cat" : "Session","pid" :7,"tid" :7,"dur" :900,"ts" :10,"ph" : "X","name" :"model_loading_uri","args" : {}},
        {"cat" : "Session","pid" :7,"tid" :7,"dur" :500,"ts" :950,"ph" : "X","name" :"session_initialization","args" : {}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :7000,"ts" :2010,"ph" : "X","name" :"conv1_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Conv"}},
        {"cat" : "Session","pid" :7,"tid" :7,"dur" :8000,"ts" :2001,"ph" : "X","name" :"SequentialExecutor::Execute","args" : {}},
        {"cat" : "Session","pid" :7,"tid" :7,"dur" :8010,"ts" :2000,"ph" : "X","name" :"model_run","args" : {}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :1,"ts" :20009,"ph" : "X","name" :"conv1_fence_before","args" : {"op_name" : "Conv"}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :400,"ts" :20010,"ph" : "X","name" :"conv1_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Conv"}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :100,"ts" :20420,"ph" : "X","name" :"sn1/t0/Add_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Add"}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :300,"ts" :20530,"ph" : "X","name" :"conv2_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Conv"}},
        {"cat" : "Session","pid" :7,"tid" :7,"dur" :1000,"ts" :20000,"ph" : "X","name" :"model_run","args" : {}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :500,"ts" :30010,"ph" : "X","name" :"conv1_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Conv"}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :120,"ts" :30520,"ph" : "X","name" :"sn1/t0/Add_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Add"}},
        {"cat" : "Node","pid" :7,"tid" :7,"dur" :340,"ts" :30650,"ph" : "X","name" :"conv2_kernel_time","args" : {"provider" : "CPUExecutionProvider","op_name" : "Conv"}},
        {"cat" : "Session","pid" :7,"tid" :7,"dur" :1200,"ts" :30000,"ph" : "X","name" :"model_run","args" : {}}
        ]
        """;

    [Fact]
    public void Read_AddsUpTheKernelsOfEachOperatorWithoutTheWarmUp()
    {
        OperatorProfile profile = Read(warmUpRuns: 1);
        Assert.Equal(1.1, profile.RunMilliseconds, 1e-12);
        Assert.Equal(["Conv", "Add"], profile.Operators.Select(time => time.Type));
        AssertTime(2, 0.77, 0.7, profile.Operators[0]);
        AssertTime(1, 0.11, 0.1, profile.Operators[1]);
        Assert.Equal(0.22, profile.OtherMilliseconds, 1e-12);
    }

    [Fact]
    public void Read_OfAProfileWithoutARunAfterTheWarmUp_IsRefused() =>
        Assert.Throws<InvalidInputException>(() => Read(warmUpRuns: 3));

    private static OperatorProfile Read(int warmUpRuns)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Profile));
        return OperatorProfile.Read(stream, warmUpRuns);
    }

    private static void AssertTime(double calls, double milliseconds, double share, OperatorTime actual)
    {
        Assert.Equal(calls, actual.Calls);
        Assert.Equal(milliseconds, actual.Milliseconds, 1e-12);
        Assert.Equal(share, actual.Share, 1e-12);
    }
}
