# The service with the shipped models; built from the repository's root:
#   docker build -f docker/service.Dockerfile -t spiking-detector/service:0.1.0 .
ARG ACCELERATOR=cpu
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401-noble
ARG ASPNET=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
ARG CUDA=docker.io/nvidia/cuda:13.0.2-cudnn-runtime-ubuntu24.04

FROM ${SDK} AS build
ARG ACCELERATOR
WORKDIR /source
# What decides on the packages: while it stays, so does the layer with them.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY core/SpikingDetector.Core.csproj core/
COPY inference/SpikingDetector.Inference.csproj inference/
COPY service/SpikingDetector.Service.csproj service/
RUN dotnet restore service -p:Accelerator=${ACCELERATOR}
COPY .editorconfig ./
COPY core/ core/
COPY inference/ inference/
COPY proto/ proto/
COPY models/ models/
COPY tests/cifar10/ tests/cifar10/
COPY tests/photos/ tests/photos/
COPY service/ service/
ARG REVISION
RUN dotnet publish service --no-restore --output /app \
    -p:Accelerator=${ACCELERATOR} -p:SourceRevisionId=${REVISION} -p:RunAnalyzers=false

FROM ${ASPNET} AS base-cpu

# ONNX Runtime's packages for CUDA bring neither CUDA nor cuDNN. libonnxruntime_providers_cuda.so (1.31.0, readelf -d) needs
# libcudart.so.13, libcublas.so.13 and libcublasLt.so.13 of CUDA 13, and opens libcudnn.so.9.
FROM ${CUDA} AS base-cuda
COPY --from=base-cpu /usr/share/dotnet /usr/share/dotnet

FROM base-${ACCELERATOR} AS final
COPY --from=build /app /app
WORKDIR /app
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Grpc__Url=http://*:8081 \
    DOTNET_RUNNING_IN_CONTAINER=true \
    DOTNET_EnableDiagnostics=0
EXPOSE 8080 8081
USER 1654
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["/app/SpikingDetector.Service", "health"]
ENTRYPOINT ["/app/SpikingDetector.Service"]
ARG REVISION
LABEL org.opencontainers.image.title="Spiking detector: service" \
      org.opencontainers.image.description="Serves spiking neural networks over HTTP and gRPC, with the shipped models" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}"
