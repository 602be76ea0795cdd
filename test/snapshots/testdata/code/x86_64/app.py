def handler(event, context):
    return "x86_64"
