import Crypto
import CryptoExtras
import NIOHTTP1
