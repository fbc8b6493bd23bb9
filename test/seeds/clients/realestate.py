# The Python client of seed 003 (real estate agents).
# Adapted: the address is the first argument.
import asyncio
import websockets
import json
import sys

async def query_agent():
    uri = sys.argv[1]
    
    async with websockets.connect(uri) as websocket:
        # Send query
        message = {
            "action": "invoke",
            "question": "What are the zoning requirements?",
            "context": "Property in Capitol Hill",
            "query_type": "zoning"
        }
        
        await websocket.send(json.dumps(message))
        
        # Listen for responses
        while True:
            response = await websocket.recv()
            data = json.loads(response)
            
            if data["type"] == "result":
                print("Final result:", data["data"])
                break
            elif data["type"] == "status":
                print("Status:", data["message"])
            elif data["type"] == "error":
                print("Error:", data["error"])
                break

asyncio.run(query_agent())
