def handler(event, context):
    return "arm64"
