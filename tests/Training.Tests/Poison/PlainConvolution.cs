namespace SpikingDetector.Training.Tests.Poison;

/// <summary>A convolution, forward and backward, as seven nested loops in double precision. All arrays are row-major.</summary>
internal sealed class PlainConvolution
{
    private readonly ConvolutionCase _shape;

    public PlainConvolution(ConvolutionCase shape, float[] input, float[] weight, float[] outputGradient)
    {
        _shape = shape;
        Output = new double[shape.OutputElements];
        InputGradient = new double[input.Length];
        WeightGradient = new double[weight.Length];
        Visit((from, by, to) =>
        {
            Output[to] += (double)input[from] * weight[by];
            InputGradient[from] += (double)outputGradient[to] * weight[by];
            WeightGradient[by] += (double)outputGradient[to] * input[from];
        });
    }

    /// <summary>Without bias.</summary>
    public double[] Output { get; }

    public double[] InputGradient { get; }

    public double[] WeightGradient { get; }

    /// <summary>Calls with the indices of the input, the weight and the output of every product.</summary>
    private void Visit(Action<int, int, int> product)
    {
        (int ins, int outs, int kernel, int stride, _, int count, int height, int width) = _shape.Shape;
        for (int n = 0; n < count; n++)
        {
            for (int o = 0; o < outs; o++)
            {
                for (int row = 0; row < _shape.OutHeight; row++)
                {
                    for (int column = 0; column < _shape.OutWidth; column++)
                    {
                        int to = ((n * outs + o) * _shape.OutHeight + row) * _shape.OutWidth + column;
                        for (int i = 0; i < ins; i++)
                        {
                            for (int k = 0; k < kernel * kernel; k++)
                            {
                                int y = row * stride + k / kernel - kernel / 2;
                                int x = column * stride + k % kernel - kernel / 2;
                                if (y >= 0 && y < height && x >= 0 && x < width)
                                    product(((n * ins + i) * height + y) * width + x, (o * ins + i) * kernel * kernel + k, to);
                            }
                        }
                    }
                }
            }
        }
    }
}
